// A Gabor kernel of any angle, wavelength, width, aspect and phase: the kernel, its profile along the
// wave, the waves that it passes, and what it finds in a picture.
// Data: pictures/chelsea_face
"use strict";

ConvbookLive.register("gabor_bench", (body) => {
  const { element, shown, dark, grey } = ConvbookLive.drawing;
  const { fft2, amplitudes } = ConvbookLive.analysis;
  const SIDE = 256; // pixels of the picture, a power of two
  const REACH = 20; // pixels from the centre of the kernel
  const TAPS = 2 * REACH + 1;
  const LEFT = SIDE - TAPS + 1; // pixels of the answer, with VALID padding
  const WAVES = 128; // frequencies along each axis
  const STEPS = 400; // of the profile
  const FIXED = 0.1; // the end of the scale that stays
  const WHISKERS = { angle: 117, wavelength: 5, sigma: 1.3, aspect: 0.25, phase: 0 };

  body.classList.add("gabor-bench");
  const ui = ConvbookLive.controls.panel(body, "gabor_bench", update);
  const [wavelengths, angles] = [{ min: 3, max: 24, step: 0.5 }, 180];
  ui.inputs.append(
    ui.slider("angle", { label: "Angle θ", value: 45, min: 0, max: angles, unit: "°" }),
    ui.slider("wavelength", { label: "Wavelength λ", value: 8, unit: " px", ...wavelengths }),
    ui.slider("sigma", { label: "Width σ", value: 3, min: 1, max: 5, step: 0.1, unit: " px" }),
    ui.slider("aspect", { label: "Aspect γ", value: 0.7, min: 0.25, max: 2, step: 0.05 }),
    ui.slider("phase", { label: "Phase φ", value: 0, min: -180, max: 180, step: 5, unit: "°" }),
    ui.choice("scale", {
      label: "Scale of the answer",
      options: { fixed: "fixed", automatic: "automatic" },
      value: "fixed",
    }),
    element(
      "div",
      { class: "live-buttons" },
      ui.button("Whiskers", () => {
        for (const [key, value] of Object.entries(WHISKERS)) ui.set(key, value);
      }),
      ui.button("Reset", ui.reset),
    ),
  );

  const kernel = ui.map({ label: `Kernel, ${TAPS} × ${TAPS} taps`, scale: "signed" });
  const answer = ui.map({ label: "Answer, VALID", scale: "signed" });
  const waves = ui.map({ label: "Spectrum, ±0.5 cycles per pixel", point: choose });
  const input = ui.map({ label: "Picture" });
  for (const map of [input, answer, waves]) map.canvas.classList.add("live-smooth");
  const curve = element("svg:path", { class: "live-curve" });
  const bell = element("svg:path", { class: "gabor-bell live-dashed" });
  const zero = element("svg:path", { class: "live-axis", d: `M${-REACH} 0H${REACH}` });
  const drawing = element(
    "svg:svg",
    {
      viewBox: `${-REACH} -1.1 ${2 * REACH} 2.2`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": "Profile along the wave",
    },
    zero,
    bell,
    curve,
  );
  const ends = [`−${REACH} px`, `${REACH} px`];
  const profile = element(
    "figure",
    { class: "live-map" },
    element("div", { class: "live-stage" }, drawing),
    element(
      "figcaption",
      {},
      element("span", { text: "Profile along the wave" }),
      element("div", { class: "gabor-axis" }, ...ends.map((text) => element("span", { text }))),
    ),
  );
  const picture = ui.picture("picture", { fit: { height: SIDE, width: SIDE } });
  ui.outputs.append(
    element("div", { class: "live-row gabor-maps" }, input.element, answer.element),
    element("div", { class: "live-row gabor-views" }, kernel.element, profile, waves.element),
  );
  ui.inputs.append(picture.element);
  body.append(ui.code(code));

  /** @type {Tensor | null} */
  let tensor = null;
  /** The picture in grey, and its Fourier transform. @type {Tensor} */
  let source;
  const transform = [new Float64Array(SIDE * SIDE), new Float64Array(SIDE * SIDE)];
  let seen = "";
  /** The strongest answer and its place in the picture. */
  let strongest = { value: 0, row: 0, column: 0 };

  /**
   * The kernel, as convbook.kernels.gabor makes it: without a mean, and so that it answers with 1 to
   * stripes of its own.
   *
   * @param {any} values
   */
  function gabor({ angle, wavelength, sigma, aspect, phase }) {
    const radians = Math.PI / 180;
    const [c, s] = [Math.cos(angle * radians), Math.sin(angle * radians)];
    /** @param {number} along */
    const waveAt = (along) => Math.cos((2 * Math.PI * along) / wavelength + phase * radians);
    const envelope = new Float64Array(TAPS * TAPS);
    const wave = new Float64Array(TAPS * TAPS);
    let [mean, total, gain] = [0, 0, 0];
    for (let i = 0; i < envelope.length; i++) {
      const y = Math.floor(i / TAPS) - REACH;
      const x = (i % TAPS) - REACH;
      const along = x * c - y * s; // Rows grow downwards, and the angle turns upwards.
      const across = x * s + y * c;
      envelope[i] = Math.exp(-((along / sigma) ** 2 + ((across * aspect) / sigma) ** 2) / 2);
      wave[i] = waveAt(along);
      mean += envelope[i] * wave[i];
      total += envelope[i];
    }
    mean /= total;
    for (let i = 0; i < envelope.length; i++) gain += envelope[i] * (wave[i] - mean) * wave[i];
    const data = Float32Array.from(envelope, (bell, i) => (bell * (wave[i] - mean)) / gain);
    /** @param {number} along */
    const bellAt = (along) => Math.exp(-((along / sigma) ** 2) / 2);
    return { data, bellAt, profileAt: (/** @type {number} */ x) => bellAt(x) * (waveAt(x) - mean) };
  }

  /** Transforms a picture, once. @param {Tensor} chosen */
  function take(chosen) {
    tensor = chosen;
    source = grey(tensor);
    input.draw(source);
    transform[0].set(source.data);
    transform[1].fill(0);
    fft2(transform[0], transform[1], SIDE);
  }

  /**
   * Cross-correlates the picture with the kernel as a product of their transforms, and leaves out
   * what the wrapped border reaches: the rest is what VALID padding gives.
   *
   * @param {Float32Array} taps @returns {Tensor}
   */
  function answered(taps) {
    const [re, im] = [new Float64Array(SIDE * SIDE), new Float64Array(SIDE * SIDE)];
    taps.forEach((tap, i) => {
      re[Math.floor(i / TAPS) * SIDE + (i % TAPS)] = tap;
    });
    fft2(re, im, SIDE);
    const [a, b] = transform;
    for (let i = 0; i < re.length; i++) {
      const c = re[i];
      const d = -im[i]; // Conjugated: the kernel is not turned.
      re[i] = a[i] * c - b[i] * d;
      im[i] = a[i] * d + b[i] * c;
    }
    fft2(im, re, SIDE);
    const data = new Float32Array(LEFT * LEFT);
    for (let i = 0; i < data.length; i++)
      data[i] = re[Math.floor(i / LEFT) * SIDE + (i % LEFT)] / SIDE ** 2;
    return { data, shape: [1, LEFT, LEFT, 1] };
  }

  /** Takes the wave at a place among the waves. @param {number} i @param {number} j */
  function choose(i, j) {
    const [down, right] = [i - WAVES / 2, j - WAVES / 2];
    const { min, max, step } = wavelengths;
    const length = WAVES / Math.hypot(down, right); // The middle is no wave.
    if (Number.isFinite(length))
      ui.set("wavelength", Math.min(max, Math.max(min, Math.round(length / step) * step)));
    const degrees = Math.round((Math.atan2(-down, right) * 180) / Math.PI);
    ui.set("angle", ((degrees % angles) + angles) % angles);
  }

  /** @param {any} values */
  function update(values) {
    const chosen = picture.tensor();
    if (!chosen) throw new Error("Choose a picture of this device, or drop it here.");
    const { scale, angle, wavelength, sigma, aspect, phase } = values;
    const key = [angle, wavelength, sigma, aspect, phase, scale, dark()].join();
    if (chosen === tensor && key === seen) return;
    if (chosen !== tensor) take(chosen);
    seen = key;
    const { data, bellAt, profileAt } = gabor(values);
    kernel.draw({ data, shape: [1, TAPS, TAPS, 1] });
    drawProfile(bellAt, profileAt);
    const passed = amplitudes(data, WAVES);
    waves.draw(passed, { limits: [0, passed.data.reduce((a, b) => Math.max(a, b))] });
    const turn = (angle * Math.PI) / 180;
    const middle = WAVES / 2;
    waves.cursor(
      middle - (Math.sin(turn) * WAVES) / wavelength,
      middle + (Math.cos(turn) * WAVES) / wavelength,
    );
    const y = answered(data);
    let best = 0;
    y.data.forEach((value, i) => {
      if (Math.abs(value) > Math.abs(y.data[best])) best = i;
    });
    const [i, j] = [Math.floor(best / LEFT), best % LEFT];
    strongest = { value: y.data[best], row: i + REACH, column: j + REACH };
    answer.draw(y, scale === "fixed" ? { limits: [-FIXED, FIXED] } : {});
    answer.frame(0, i, j, 1, 1);
    input.frame(0, i, j, TAPS, TAPS);
    const cut = sigma * Math.max(1, 1 / aspect) > REACH / 3;
    ui.say(
      `The strongest answer, ${shown(strongest.value, 4)}, is at row ${strongest.row}, ` +
        `column ${strongest.column} of the picture.` +
        (cut ? " The kernel is cut off." : ""),
    );
  }

  /** @param {(x: number) => number} bellAt @param {(x: number) => number} profileAt */
  function drawProfile(bellAt, profileAt) {
    const places = Array.from({ length: STEPS + 1 }, (_, i) => ((2 * i) / STEPS - 1) * REACH);
    const largest = Math.max(...places.map((x) => Math.abs(profileAt(x))));
    /** @param {(x: number) => number} value */
    const line = (value) =>
      `M${places.map((x) => `${x.toFixed(2)} ${(-value(x)).toFixed(4)}`).join("L")}`;
    curve.setAttribute(
      "d",
      line((x) => profileAt(x) / largest),
    );
    bell.setAttribute("d", line(bellAt));
  }

  /**
   * The code that prints the largest tap and the strongest answer with its place.
   *
   * @param {any} values
   */
  function code({ picture, angle, wavelength, sigma, aspect, phase }) {
    const own = picture === "own";
    const { row, column } = strongest;
    const [top, left] = [row - REACH, column - REACH];
    const under = Float32Array.from({ length: TAPS * TAPS }, (_, i) => {
      return source.data[(top + Math.floor(i / TAPS)) * SIDE + left + (i % TAPS)];
    });
    const bytes = Array.from(new Uint8Array(under.buffer), (byte) => String.fromCharCode(byte));
    return [
      ...(own ? ["import base64", ""] : []),
      "import numpy as np",
      "import tensorflow as tf",
      `\nfrom convbook import ${own ? "kernels" : "data, kernels"}\n`,
      ...(own
        ? [
            "# The pixels of your picture under the kernel, where the answer is strongest.",
            `x = np.frombuffer(base64.b64decode("${btoa(bytes.join(""))}"), np.float32)`,
            `x = x.reshape(${TAPS}, ${TAPS})`,
          ]
        : ["x = data.chelsea_grey()"]),
      `w = kernels.gabor(${sigma}, ${wavelength}, ${angle}, ${phase}, ${aspect}, size=${TAPS})`,
      'y = tf.nn.conv2d(x[None, :, :, None], kernels.to_hwio(w), 1, "VALID")[0, :, :, 0].numpy()',
      "i, j = np.unravel_index(np.abs(y).argmax(), y.shape)",
      "print(np.abs(w).max(), y[i, j])",
      ...(own ? [] : [`print(i + ${REACH}, j + ${REACH})`]),
    ].join("\n");
  }

  ui.start();
});
