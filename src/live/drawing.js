// What the live figures draw: colours of a scale, maps with a legend, pictures.
//
// CONTRIBUTING.md, "A live figure", says how a figure uses it.
"use strict";

(() => {
  const LUMA = [0.2989, 0.587, 0.114]; // As convbook.data.LUMA.
  const LARGEST = 512; // pixels along the longer side of a reader's own picture

  // The colours of Matplotlib's RdBu_r, from -1 over 0 to 1: by C. Brewer. On a dark page zero has
  // the colour of the page, and what is strong is light.
  const BLUES = ["#053061", "#2166ac", "#4393c3", "#92c5de"];
  const REDS = ["#f4a582", "#d6604d", "#b2182b", "#67001f"];
  const DARK_GROUND = "#131416";
  const SIGNED = {
    light: [...BLUES, "#d1e5f0", "#f7f7f7", "#fddbc7", ...REDS],
    dark: [...BLUES].reverse().concat(DARK_GROUND, [...REDS].reverse()),
  };
  const LEVELS = 256;

  /**
   * Makes an element.
   *
   * @param {string} tag With "svg:" before the name of an element of SVG.
   * @param {Record<string, any>} [attributes] `text` is its text, and what begins with "on" listens.
   * @param {(Node | string)[]} children
   * @returns {any}
   */
  function element(tag, attributes = {}, ...children) {
    const [name, svg] = tag.split(":").reverse();
    const node = svg
      ? document.createElementNS("http://www.w3.org/2000/svg", name)
      : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") node.textContent = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== undefined && value !== false) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }

  /**
   * Returns a number as a reader sees it: so many digits after the point, and a true minus sign.
   *
   * @param {number} value @param {number} [digits] Else three significant ones.
   */
  function shown(value, digits) {
    const text =
      digits === undefined ? String(Number(value.toPrecision(3))) : value.toFixed(digits);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
  }

  /** Whether the page is dark: by the reader's choice, else by that of the system. */
  function dark() {
    const { theme } = document.body.dataset;
    return (
      theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
    );
  }

  /** @type {Record<string, Uint8ClampedArray>} */
  const tables = {};
  /** The colours of a signed scale, red, green and blue of each level, from the lowest on. */
  function signedColours() {
    const theme = dark() ? "dark" : "light";
    tables[theme] ??= Uint8ClampedArray.from({ length: 3 * LEVELS }, (_, i) => {
      const stops = SIGNED[theme];
      const at = (Math.floor(i / 3) / (LEVELS - 1)) * (stops.length - 1);
      const first = Math.min(Math.floor(at), stops.length - 2);
      const part = (/** @type {number} */ stop) =>
        Number.parseInt(stops[stop].slice(1 + 2 * (i % 3), 3 + 2 * (i % 3)), 16);
      return part(first) + (at - first) * (part(first + 1) - part(first));
    });
    return tables[theme];
  }

  /**
   * Returns the colour of a value on a signed scale, and one for text on it, as CSS has them.
   *
   * @param {number} value @param {number} limit Of the strongest colours.
   */
  function signedColour(value, limit) {
    const level = Math.min(LEVELS - 1, Math.max(0, Math.floor((value / limit + 1) * (LEVELS / 2))));
    const [r, g, b] = signedColours().subarray(3 * (Number.isNaN(level) ? LEVELS / 2 : level));
    // The luminance of WCAG: where it is 0.179, black and white have the same contrast.
    const [red, green, blue] = [r, g, b].map((c) => ((c / 255 + 0.055) / 1.055) ** 2.4);
    const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
    return { ground: `rgb(${r} ${g} ${b})`, ink: light ? "#000" : "#fff" };
  }

  /**
   * Returns a colour picture in grey, as convbook.data.to_grey does, to the bit.
   *
   * @param {Tensor} picture Of shape [1, H, W, 3]. @returns {Tensor} Of shape [1, H, W, 1].
   */
  function grey({ data, shape: [batch, height, width] }) {
    const [r, g, b] = LUMA;
    const values = new Float32Array(batch * height * width).map(
      (_, i) => data[3 * i] * r + data[3 * i + 1] * g + data[3 * i + 2] * b,
    );
    return { data: values, shape: [batch, height, width, 1] };
  }

  /**
   * Adds a picture to `ConvbookLive.pictures`, in 0 to 1; its file calls this.
   *
   * @param {string} name @param {{shape: number[], bytes: string}} content In base64.
   */
  function picture(name, { shape, bytes }) {
    const text = atob(bytes);
    const data = new Float32Array(text.length).map((_, i) => text.charCodeAt(i) / 255);
    ConvbookLive.engine.expect(
      data.length === ConvbookLive.engine.product(shape),
      `${name}, bytes`,
      data.length,
      `[${shape}]`,
    );
    ConvbookLive.pictures[name] = { data, shape: [1, ...shape] };
  }

  /**
   * Reads a reader's own picture. It is turned as its camera was held, laid on white where it is
   * transparent, and made smaller. It never leaves the page.
   *
   * @param {Blob & {name?: string}} file
   * @param {{height?: number, width?: number}} [fit] Cut it out of the middle, in this size.
   * @returns {Promise<Tensor>} Of shape [1, H, W, 3], in 0 to 1.
   * @throws {Error} A sentence for the reader, if it is no picture that the browser can read.
   */
  async function readPicture(file, { height, width } = {}) {
    const name = file.name ? `“${file.name}”` : "This file";
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
      throw new Error(
        `${name} is not a picture that this browser can read, such as a JPEG or PNG.`,
      );
    });
    const [w, h] = [bitmap.width, bitmap.height];
    const scale =
      width && height ? Math.max(width / w, height / h) : Math.min(1, LARGEST / Math.max(w, h));
    const canvas = new OffscreenCanvas(
      width ?? Math.max(1, Math.round(w * scale)),
      height ?? Math.max(1, Math.round(h * scale)),
    );
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser cannot draw pictures.");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    const [left, top] = [(canvas.width - w * scale) / 2, (canvas.height - h * scale) / 2];
    context.drawImage(bitmap, left, top, w * scale, h * scale);
    bitmap.close();
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const data = new Float32Array(3 * canvas.width * canvas.height).map(
      (_, i) => pixels[4 * Math.floor(i / 3) + (i % 3)] / 255,
    );
    return { data, shape: [1, canvas.height, canvas.width, 3] };
  }

  /** Which way an arrow key points, in rows and columns. @type {Record<string, [number, number]>} */
  const ARROWS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };

  /**
   * Lets a reader point at a pixel or a number: by mouse, by touch, or with the arrow keys, which go
   * ten steps with Shift. Returns a function that says where the arrow keys go on from.
   *
   * @param {HTMLElement} node @param {(i: number, j: number) => void} point
   * @param {() => number[]} size How many rows and columns there are.
   * @param {boolean} [hover] Whether a mouse points without being pressed.
   */
  function pointAt(node, point, size, hover = true) {
    let cursor = [0, 0];
    /** @param {number} i @param {number} j */
    const go = (i, j) => {
      const [rows, columns] = size();
      cursor = [
        Math.min(rows - 1, Math.max(0, Math.floor(i))),
        Math.min(columns - 1, Math.max(0, Math.floor(j))),
      ];
      point(cursor[0], cursor[1]);
    };
    /** @param {PointerEvent} event */
    const follow = ({ type, offsetX, offsetY, pointerType, buttons }) => {
      if (type === "pointermove" && !(hover && pointerType === "mouse") && !buttons) return;
      const [rows, columns] = size();
      go((offsetY / node.clientHeight) * rows, (offsetX / node.clientWidth) * columns);
    };
    node.addEventListener("pointermove", follow);
    node.addEventListener("pointerdown", follow);
    node.addEventListener("keydown", (event) => {
      if (!(event.key in ARROWS)) return;
      event.preventDefault();
      const [down, right] = ARROWS[event.key];
      const step = event.shiftKey ? 10 : 1;
      go(cursor[0] + step * down, cursor[1] + step * right);
    });
    return (/** @type {number} */ i, /** @type {number} */ j) => {
      cursor = [i, j];
    };
  }

  /**
   * Returns a function that draws or moves the frame of a number on a stage.
   *
   * @param {HTMLElement} stage @param {() => number[]} size How many rows and columns it has.
   * @returns {LiveMap["frame"]}
   */
  function framed(stage, size) {
    /** @type {HTMLElement[]} */
    const frames = [];
    return (number, top, left, height, width) => {
      frames[number] ??= stage.appendChild(
        element("div", { class: `live-frame live-frame-${number}`, "aria-hidden": true }),
      );
      const [rows, columns] = size();
      Object.assign(frames[number].style, {
        top: `${(100 * top) / rows}%`,
        left: `${(100 * left) / columns}%`,
        height: `${(100 * height) / rows}%`,
        width: `${(100 * width) / columns}%`,
      });
    };
  }

  /** A number in as few characters as a narrow place has. @param {number} value */
  function brief(value) {
    if (Math.abs(value) >= 1e5) return value.toExponential(0).replace("e+", "e").replace("-", "−");
    const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
    const rounded = Number(value.toFixed(digits)) || 0;
    return Number.isNaN(value) ? "" : String(rounded).replace("-", "−");
  }

  /**
   * Returns a table of numbers, each on the colour that it has on a signed scale, at which a reader
   * can point.
   *
   * @param {Parameters<Drawing["numbers"]>[0]} options @returns {LiveNumbers}
   */
  function numbers({ label, point, hover = false }) {
    const table = element("div", {
      class: "live-numbers",
      role: point ? "application" : "img",
      "aria-label": label,
      tabindex: point ? 0 : undefined,
    });
    const stage = element("div", { class: "live-stage" }, table);
    /** @type {HTMLElement[]} */
    let cells = [];
    let size = [1, 1];
    const move = point && pointAt(table, point, () => size, hover);
    const frame = framed(stage, () => size);

    /** @type {LiveNumbers["draw"]} */
    function draw(values, columns, { limit, colour, text } = {}) {
      size = [values.length / columns, columns];
      if (cells.length !== values.length) {
        cells = Array.from(values, () => element("span"));
        table.replaceChildren(...cells);
      }
      stage.style.setProperty("--rows", String(size[0]));
      stage.style.setProperty("--columns", String(columns));
      cells.forEach((cell, i) => {
        const none = { ground: "", ink: "" };
        const signed = limit === undefined ? none : signedColour(values[i], limit);
        const colours = colour ? colour(values[i], i) : signed;
        cell.textContent = brief(values[i]);
        cell.style.background = colours.ground;
        cell.style.color = colours.ink;
      });
      if (text) table.setAttribute("aria-label", `${label}: ${text}`);
    }

    return { element: stage, draw, frame, cursor: (i, j) => move?.(i, j) };
  }

  /**
   * Paints a canvas of a size: a level from 0 to 255 for each pixel, or for each of its colours.
   *
   * @param {HTMLCanvasElement} on @param {string} scale @param {number} width @param {number} height
   * @param {(i: number) => number} level
   */
  function paint(on, scale, width, height, level) {
    if (on.width !== width || on.height !== height) Object.assign(on, { width, height });
    const context = on.getContext("2d");
    if (!context) throw new Error("This browser cannot draw on a canvas.");
    const image = context.createImageData(width, height);
    const pixels = image.data;
    const table = scale === "signed" ? signedColours() : null;
    for (let i = 0, p = 0; i < width * height; i++, p += 4) {
      const first = scale === "colour" ? 3 * i : i;
      for (let c = 0; c < 3; c++) {
        if (table) pixels[p + c] = table[3 * level(first) + c];
        else pixels[p + c] = level(scale === "colour" ? first + c : first);
      }
      pixels[p + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  /**
   * Returns the legend of a scale.
   *
   * @param {string} scale
   */
  function legend(scale) {
    const [low, bar, high] = ["span", "canvas", "span"].map((tag) => element(tag));
    const row = element("div", { class: "live-legend", "aria-hidden": true }, low, bar, high);
    /** @param {number} least @param {number} most The values of both its ends. */
    function draw(least, most) {
      paint(bar, scale, LEVELS, 1, (level) => level);
      low.textContent = shown(least);
      high.textContent = shown(most);
    }
    return { element: row, draw };
  }

  /**
   * Returns a canvas for a map, with its name and the legend of its scale.
   *
   * @param {Parameters<Panel["map"]>[0]} options @returns {LiveMap}
   */
  function map({ label, scale = "grey", point }) {
    /** @type {HTMLCanvasElement} */
    const canvas = element("canvas", {
      role: point ? "application" : "img",
      "aria-label": label,
      tabindex: point ? 0 : undefined,
    });
    const stage = element("div", { class: "live-stage" }, canvas);
    const key = legend(scale);
    const title = element("figcaption", {}, element("span", { text: label }));
    if (scale !== "colour") title.append(key.element);
    const size = () => [canvas.height, canvas.width];
    const move = point && pointAt(canvas, point, size);

    /** @type {LiveMap["draw"]} */
    function draw({ data, shape }, { channel = 0, index = 0, limits, text } = {}) {
      const [height, width, channels] = shape.slice(-3);
      const first = index * height * width * channels + channel;
      const stride = scale === "colour" ? 1 : channels;
      let [least, most] = limits ?? [0, 1];
      if (scale === "signed" && !limits) {
        most = 0;
        for (let i = 0; i < height * width; i++)
          most = Math.max(most, Math.abs(data[first + i * stride]));
        least = -most;
      }
      const factor = LEVELS / (most - least);
      // A map of zeros has no scale: all of it lies in the middle.
      const level = (/** @type {number} */ value) =>
        most > least
          ? Math.min(LEVELS - 1, Math.max(0, Math.floor((value - least) * factor)))
          : LEVELS / 2;
      paint(canvas, scale, width, height, (i) => level(data[first + i * stride]));
      stage.style.setProperty("--ratio", `${width} / ${height}`);
      if (text) canvas.setAttribute("aria-label", `${label}: ${text}`);
      key.draw(least, most);
    }

    const figure = element("figure", { class: "live-map" }, stage, title);
    const frame = framed(stage, size);
    return { element: figure, canvas, draw, frame, cursor: (i, j) => move?.(i, j) };
  }

  ConvbookLive.pictures = {};
  ConvbookLive.picture = picture;
  ConvbookLive.drawing = Object.freeze({
    ARROWS,
    element,
    shown,
    brief,
    dark,
    signedColours,
    signedColour,
    grey,
    readPicture,
    legend,
    map,
    numbers,
  });
})();
