// What live figures of digits share: a pen to draw with, and a digit as MNIST's makers cut it out.
//
// CONTRIBUTING.md, "A live figure", says how a figure uses it.
"use strict";

(() => {
  const { ARROWS, element, shown } = ConvbookLive.drawing;
  const FIELD = 280; // units along each side of what is drawn on: ten for a pixel of a digit
  const STEP = 10; // units that an arrow key moves the pen
  const NEAREST = 6; // units between two points of a stroke
  const WIDTH = 24; // units of a stroke
  const SIDE = 28; // pixels of a digit
  const BOX = 20; // pixels along the longer side of its ink
  const FAINT = 0.2; // of the strongest ink in a photograph: what is below it counts as paper

  /**
   * Follows a finger, or a mouse whose button is down, from where it is put on a canvas.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {(across: number, below: number) => void} move Called with a place in 0 to 1.
   * @param {() => void} [end]
   */
  function grip(canvas, move, end = () => {}) {
    let held = -1;
    /** @param {PointerEvent} event */
    const follow = ({ clientX, clientY }) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      move((clientX - left) / width, (clientY - top) / height);
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (held >= 0 || event.button) return;
      held = event.pointerId;
      canvas.setPointerCapture(held);
      follow(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== held) return;
      const parts = event.getCoalescedEvents?.() ?? [];
      for (const part of parts.length ? parts : [event]) follow(part);
    });
    canvas.addEventListener("lostpointercapture", () => {
      held = -1;
      end();
    });
  }

  /**
   * Lets a reader draw on a map: by mouse, by touch, or with the arrow keys and the space bar.
   *
   * The key's value is a text: two digits to the base 36 for each x and each y, in units of which the
   * map has 280 along each side, and a point between two strokes.
   *
   * @param {Panel} ui @param {string} key @param {LiveMap} map
   * @param {() => void} [begun] Called at the first point of each stroke.
   */
  function pen(ui, key, { canvas }, begun = () => {}) {
    const nib = element("div", { class: "live-nib", "aria-hidden": "true" });
    let [x, y] = [FIELD / 2, FIELD / 2];
    let down = false;
    canvas.setAttribute("role", "application");
    canvas.tabIndex = 0;
    canvas.after(nib);

    /** @param {number} toX @param {number} toY */
    function move(toX, toY) {
      [x, y] = [toX, toY].map((v) => Math.round(Math.min(FIELD, Math.max(0, v))));
      nib.style.left = `${(100 * x) / FIELD}%`;
      nib.style.top = `${(100 * y) / FIELD}%`;
    }

    /** @param {boolean} on */
    function press(on) {
      down = on;
      nib.classList.toggle("live-nib-down", on);
      if (!on) return;
      begun();
      ui.set(key, [ui.values[key], written(x, y)].filter(Boolean).join("."));
    }

    /** Adds the pen's place to the stroke, if it is so far from the last. @param {number} least */
    function extend(least) {
      const [lastX, lastY] = strokesOf(ui.values[key].slice(-4))[0];
      if (Math.hypot(x - lastX, y - lastY) >= least) ui.set(key, ui.values[key] + written(x, y));
    }

    grip(
      canvas,
      (across, below) => {
        move(across * FIELD, below * FIELD);
        if (down) extend(NEAREST);
        else press(true);
      },
      () => {
        extend(1);
        press(false);
      },
    );
    canvas.addEventListener("keydown", (event) => {
      const [down_, right] = ARROWS[event.key] ?? [0, 0];
      if (event.key === " ") press(!down);
      else if (down_ || right) move(x + right * STEP, y + down_ * STEP);
      else return;
      event.preventDefault();
      if (down) extend(1);
      else ui.say(`The pen is up, at row ${Math.round(y / STEP)}, column ${Math.round(x / STEP)}.`);
    });
    canvas.addEventListener("blur", () => press(false));

    ui.state(key, { value: "", read });
    move(x, y);
  }

  /** How a reader draws without a mouse. */
  const penHint = () =>
    element("p", {
      class: "live-hint",
      text: "With the keyboard: arrow keys move the pen, the space bar puts it down and lifts it.",
    });

  /** @param {number[]} place */
  const written = (...place) => place.map((v) => v.toString(36).padStart(2, "0")).join("");

  /** The strokes of a text, each [x, y, x, y, ...]. @param {string} text */
  const strokesOf = (text) =>
    text
      .split(".")
      .map((part) => (part.match(/../g) ?? []).map((two) => Number.parseInt(two, 36)))
      .filter((points) => points.length);

  /** Returns a text out of an address, if it is one of strokes. @param {string} text */
  function read(text) {
    const form = /^([\da-z]{4})+(\.([\da-z]{4})+)*$/;
    if (
      !form.test(text) ||
      strokesOf(text)
        .flat()
        .some((v) => v > FIELD)
    )
      throw new Error(text);
    return text;
  }

  /**
   * Returns the ink of strokes, from 0 to 1, on so many pixels along each side.
   *
   * @param {string} strokes As `pen` keeps them. @param {number} size @returns {Tensor} Of shape [1, size, size, 1].
   */
  function ink(strokes, size) {
    const context = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser cannot draw on a canvas.");
    context.scale(size / FIELD, size / FIELD);
    Object.assign(context, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round" });
    for (const points of strokesOf(strokes)) {
      const last = points.length - 2;
      context.beginPath();
      context.moveTo(points[0], points[1]);
      for (let p = 2; p < last; p += 2)
        context.quadraticCurveTo(
          points[p],
          points[p + 1],
          (points[p] + points[p + 2]) / 2,
          (points[p + 1] + points[p + 3]) / 2,
        );
      context.lineTo(points[last], points[last + 1] + 0.01); // A single point is a dot.
      context.stroke();
    }
    const pixels = context.getImageData(0, 0, size, size).data;
    const data = Float32Array.from({ length: size ** 2 }, (_, i) => pixels[4 * i + 3] / 255);
    return { data, shape: [1, size, size, 1] };
  }

  /**
   * Returns a digit as MNIST's makers cut it out: its ink in a box of 20 pixels along the longer
   * side, each pixel the mean of what it covers, and the centre of mass in the middle of 28x28.
   *
   * @param {Tensor} ink Of shape [1, H, W, 1], in 0 to 1.
   * @returns {Tensor} Of shape [1, 28, 28, 1], in whole multiples of 1 / 255.
   */
  function normalized({ data, shape: [, height, width] }) {
    const digit = { data: new Float32Array(SIDE ** 2), shape: [1, SIDE, SIDE, 1] };
    let [top, left, bottom, right] = [height, width, 0, 0];
    for (let i = 0; i < data.length; i++) {
      if (!data[i]) continue;
      const [row, column] = [Math.floor(i / width), i % width];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
      [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
    }
    if (!bottom) return digit;
    const [h, w] = [bottom - top, right - left];
    const [rows, columns] = [h, w].map((n) => Math.max(1, Math.round((n * BOX) / Math.max(h, w))));
    const pixels = new Float64Array(rows * columns);
    for (const [i, p, high] of overlaps(rows, h))
      for (const [j, q, wide] of overlaps(columns, w))
        pixels[i * columns + j] += high * wide * data[(top + p) * width + left + q];
    let [mass, down, along] = [0, 0, 0];
    pixels.forEach((v, k) => {
      mass += v;
      down += v * (Math.floor(k / columns) + 0.5);
      along += v * ((k % columns) + 0.5);
    });
    // The centres of mass of all digits of MNIST lie within the same pixel, right and below the middle.
    const [y, x] = [down, along].map((sum) => Math.ceil(SIDE / 2 - sum / mass - 1e-9));
    pixels.forEach((v, k) => {
      const [i, j] = [y + Math.floor(k / columns), x + (k % columns)];
      const inside = i >= 0 && j >= 0 && i < SIDE && j < SIDE;
      if (inside) digit.data[i * SIDE + j] = Math.round(255 * v) / 255;
    });
    return digit;
  }

  /**
   * Returns which of n pixels each of fewer or more pixels of the same row covers, and which part of
   * itself it has from there.
   *
   * @param {number} count @param {number} n @returns {[number, number, number][]}
   */
  function overlaps(count, n) {
    /** @type {[number, number, number][]} */
    const found = [];
    const length = n / count;
    for (let i = 0; i < count; i++)
      for (let p = Math.floor(i * length); p < n && p < (i + 1) * length; p++) {
        const part = Math.min(p + 1, (i + 1) * length) - Math.max(p, i * length);
        found.push([i, p, part / length]);
      }
    return found;
  }

  /**
   * Returns the ink of a reader's own picture of a digit, dark on light or light on dark. What lies
   * along the border is taken for paper.
   *
   * @param {Tensor} picture Of shape [1, H, W, 3]. @returns {Tensor} Of shape [1, H, W, 1].
   * @throws {Error} A sentence for the reader, if there is nothing but paper.
   */
  function inkOf(picture) {
    const { data, shape } = ConvbookLive.drawing.grey(picture);
    const [, height, width] = shape;
    const border = data
      .filter((_, i) => {
        const [row, column] = [Math.floor(i / width), i % width];
        return !row || !column || row === height - 1 || column === width - 1;
      })
      .sort();
    const paper = border[border.length >> 1];
    const sign = paper > 0.5 ? -1 : 1;
    const strength = data.map((v) => sign * (v - paper));
    const most = strength.reduce((a, b) => Math.max(a, b), 0);
    if (most < 0.1)
      throw new Error("There is no digit in this picture: all of it is equally bright.");
    return { data: strength.map((v) => (v < FAINT * most ? 0 : v / most)), shape };
  }

  /**
   * Lets a reader choose a test digit, or another picture of a digit.
   *
   * @param {Panel} ui @param {Record<string, [string, () => Float32Array]>} [others] More choices by
   *   their keys: their names, and what returns their pixels.
   */
  function source(ui, others = {}) {
    const names = Object.entries(others).map(([key, [name]]) => [key, name]);
    const picture = ui.picture("picture", {
      label: "Picture",
      pictures: { digits: "Test digit", ...Object.fromEntries(names) },
      value: "digits",
    });
    const place = ui.slider("digit", { label: "Test digit", value: 0, min: 0, max: 99 });

    /** The chosen picture, in whole multiples of 1 / 255. @returns {Float32Array} */
    function pixels() {
      const { picture: key, digit } = ui.values;
      if (key === "digits") return testDigit(digit);
      if (key in others) return others[key][1]();
      const own = picture.tensor();
      if (!own) throw new Error("Choose a file, or drop a picture of a digit on this figure.");
      return normalized(inkOf(own)).data;
    }

    /** The lines of code after which x has some pixels. @param {Float32Array} [drawn] */
    function code(drawn) {
      const { picture: key, digit } = ui.values;
      if (key === "digits" && !drawn) return [`x = data.mnist()[1][0][${digit}] / 255`];
      const bytes = [...(drawn ?? pixels())].map((v) => Math.round(255 * v));
      const text = btoa(String.fromCharCode(...bytes)).match(/.{1,80}/g) ?? [];
      return [
        "pixels = base64.b64decode(",
        ...text.map((part) => `    "${part}"`),
        ")",
        "x = np.frombuffer(pixels, np.uint8).reshape(28, 28) / 255",
      ];
    }
    return { elements: [picture.element, place], pixels, code };
  }

  /** The pixels of a digit of the first hundred for testing. @param {number} place */
  const testDigit = (place) =>
    ConvbookLive.pictures.digits.data.slice(place * SIDE ** 2, (place + 1) * SIDE ** 2);

  /** A probability to four places, or else in powers of ten. @param {number} p */
  function probability(p) {
    if (p >= 0.00005 || p === 0) return shown(p, 4);
    const [digits, power] = p.toExponential(0).split("e-");
    return `${digits} · 10⁻${[...power].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]).join("")}`;
  }

  /** The classes with their probabilities, the most probable first. @param {Float32Array} p */
  const order = (p) =>
    [...p.keys()]
      .sort((a, b) => p[b] - p[a])
      .map((digit) => `${digit} with ${probability(p[digit])}`);

  /**
   * Returns a chart of the ten probabilities.
   *
   * @param {string} label @param {(digit: number) => void} [pick] Called with a class that is pressed.
   */
  function chart(label, pick) {
    const rows = Array.from({ length: 10 }, (_, digit) => {
      const [bar, tick, value] = ["bar", "tick", "value"].map((part) =>
        element("span", { class: `live-chart-${part}` }),
      );
      const track = element("span", { class: "live-chart-track" }, bar, tick);
      const row = element("li", {}, element("span", { text: digit }), track, value);
      if (pick) row.addEventListener("click", () => pick(digit));
      return { row, bar, tick, value };
    });

    /**
     * @param {Float32Array} p @param {{before?: Float32Array, marked?: number}} [options] A tick at
     *   the probability before a change, and the class that the figure is about.
     */
    function draw(p, { before, marked } = {}) {
      const answer = p.indexOf(Math.max(...p));
      rows.forEach(({ row, bar, tick, value }, digit) => {
        bar.style.width = `${100 * p[digit]}%`;
        tick.hidden = !before || before[digit] < 0.005;
        if (before) tick.style.left = `${100 * before[digit]}%`;
        value.textContent = probability(p[digit]);
        row.classList.toggle("live-chart-answer", digit === answer);
        row.classList.toggle("live-chart-marked", digit === marked);
      });
    }
    const list = element(
      "ol",
      { class: "live-chart", "aria-label": label },
      ...rows.map((r) => r.row),
    );
    return { element: list, draw };
  }

  ConvbookLive.digits = Object.freeze({
    chart,
    grip,
    ink,
    normalized,
    order,
    pen,
    penHint,
    probability,
    source,
    testDigit,
  });
})();
