// The arithmetic of the live figures: what src/convbook/reference computes, in the page.
//
// A tensor is {data, shape}: a flat Float32Array and its axes, the last one running fastest. Images
// and feature maps are NHWC, kernels HWIO, as in TensorFlow. "Convolution" is TensorFlow's, the
// cross-correlation. Sums are in double precision and rounded to float32 once, at their end.

"use strict";

(() => {
  /**
   * Throws an Error that says which argument is wrong, what was expected, and what came.
   *
   * @param {unknown} right Nothing happens if this is true.
   * @param {string} name Of the argument.
   * @param {unknown} value That came.
   * @param {string} expected In words.
   * @returns {asserts right}
   */
  function expect(right, name, value, expected) {
    if (!right) throw new Error(`${name}: expected ${expected}, got ${show(value)}`);
  }

  /** @param {number[]} lengths */
  const product = (lengths) => lengths.reduce((a, b) => a * b, 1);

  /** @param {unknown} value @returns {string} */
  function show(value) {
    if (typeof value === "string") return `"${value}"`;
    if (typeof value === "function") return "a function";
    if (value === null || typeof value !== "object") return String(value);
    if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
    const { length } = /** @type {{length?: unknown}} */ (value);
    if (ArrayBuffer.isView(value)) return `${Object.prototype.toString.call(value)} of ${length}`;
    return `an object with ${Object.keys(value).join(", ") || "nothing in it"}`;
  }

  /** @param {string} name @param {unknown} value @param {number} least @returns {number} */
  function whole(name, value, least) {
    const right = Number.isSafeInteger(value) && Number(value) >= least;
    expect(right, name, value, `a whole number of at least ${least}`);
    return Number(value);
  }

  /**
   * Returns what two axes have: a number stands for both.
   *
   * @param {string} name @param {unknown} value @param {number} least @returns {[number, number]}
   */
  function pair(name, value, least) {
    if (!Array.isArray(value)) value = [value, value];
    const two = /** @type {unknown[]} */ (value);
    expect(two.length === 2, name, value, "a whole number or two of them");
    return [whole(name, two[0], least), whole(name, two[1], least)];
  }

  /**
   * Returns options, if there are no others among them than those that are known.
   *
   * @param {unknown} options @param {string[]} known @returns {WindowOptions}
   */
  function checked(options, ...known) {
    const words = `an object with no other options than ${known.join(", ")}`;
    expect(typeof options === "object" && options !== null, "options", options, words);
    for (const name of Object.keys(options)) expect(known.includes(name), "options", name, words);
    return options;
  }

  /**
   * Returns a tensor, if it is one of so many axes and all of its numbers are finite.
   *
   * @param {string} name @param {unknown} value @param {number} axes @returns {Tensor}
   */
  function tensor(name, value, axes) {
    const { data, shape } = /** @type {Partial<Tensor>} */ (value ?? {});
    expect(data instanceof Float32Array, `${name}.data`, data, "a Float32Array");
    const right = Array.isArray(shape) && shape.length === axes;
    expect(right, `${name}.shape`, shape, `a list of ${axes} lengths`);
    for (const length of shape) whole(`${name}.shape`, length, 1);
    const size = product(shape);
    expect(data.length === size, `${name}.data`, data, `${size} numbers, as ${show(shape)} has`);
    const bad = data.find((number) => !Number.isFinite(number));
    expect(bad === undefined, `${name}.data`, bad, "finite numbers");
    return { data, shape };
  }

  /**
   * Returns the length of the output along one axis, and the padding before and after it.
   *
   * @param {number} n Length of the input.
   * @param {number} k Taps of the kernel.
   * @param {number} stride From one window to the next.
   * @param {number} dilation From one tap to the next.
   * @param {unknown} padding "VALID", "SAME", the zeros on both sides, or those [before, after].
   * @param {string} name Of the argument that k comes from.
   * @returns {{size: number, before: number, after: number}}
   */
  function alongAxis(n, k, stride, dilation, padding, name) {
    const extent = (k - 1) * dilation + 1;
    let [before, after] = [0, 0];
    if (typeof padding === "string") {
      const word = padding.toUpperCase();
      const words = '"VALID", "SAME", a whole number or [before, after]';
      expect(word === "VALID" || word === "SAME", "padding", padding, words);
      if (word === "SAME") {
        const size = Math.ceil(n / stride);
        const total = Math.max((size - 1) * stride + extent - n, 0);
        before = Math.floor(total / 2);
        return { size, before, after: total - before };
      }
    } else {
      [before, after] = pair("padding", padding, 0);
    }
    const padded = n + before + after;
    const reach = `taps that reach over at most the padded size ${padded}, which ${extent} exceed`;
    expect(extent <= padded, name, k, reach);
    return { size: Math.floor((padded - extent) / stride) + 1, before, after };
  }

  /**
   * Returns the length of a convolution's or a pooling's output along one axis.
   *
   * It is ceil(n / stride) for SAME, else floor((n + before + after - reach) / stride) + 1, where
   * the kernel reaches over (k - 1) dilation + 1 pixels. As convbook.arithmetic.output_size.
   *
   * @param {number} n Length of the input, at least 1.
   * @param {number} k Taps of the kernel, at least 1.
   * @param {WindowOptions} [options] stride 1, dilation 1, padding "VALID" unless they are there;
   *   padding is "VALID", "SAME", the zeros on both sides, or those [before, after].
   * @returns {number}
   * @throws {Error} If a number is not whole or below 1, a padding is negative or an unknown word,
   *   or the dilated kernel is larger than the padded input.
   */
  function outputSize(n, k, options = {}) {
    const {
      stride = 1,
      dilation = 1,
      padding = "VALID",
    } = checked(options, "stride", "dilation", "padding");
    const [s, d] = [whole("stride", stride, 1), whole("dilation", dilation, 1)];
    return alongAxis(whole("n", n, 1), whole("k", k, 1), s, d, padding, "k").size;
  }

  /**
   * Returns the zeros that TensorFlow's SAME adds before and after one axis.
   *
   * SAME fixes the output to ceil(n / stride) and adds as few zeros as that takes; the odd one
   * comes after. As convbook.arithmetic.same_padding.
   *
   * @param {number} n Length of the input, at least 1.
   * @param {number} k Taps of the kernel, at least 1.
   * @param {{stride?: number, dilation?: number}} [options] Both 1 unless they are there.
   * @returns {[number, number]}
   * @throws {Error} If a number is not whole or below 1.
   */
  function samePadding(n, k, options = {}) {
    const { stride = 1, dilation = 1 } = checked(options, "stride", "dilation");
    const [s, d] = [whole("stride", stride, 1), whole("dilation", dilation, 1)];
    const { before, after } = alongAxis(whole("n", n, 1), whole("k", k, 1), s, d, "SAME", "k");
    return [before, after];
  }

  /**
   * Returns where the windows of a kernel lie on images of a shape.
   *
   * @param {number[]} shape Of the images, NHWC.
   * @param {number[]} kernel Height and width of the kernel come first.
   * @param {WindowOptions} options @param {string} name Of the kernel.
   * @returns {Windows}
   */
  function windowsOn([batch, height, width], [kh, kw], options, name = "kernel") {
    const [sh, sw] = pair("stride", options.stride ?? 1, 1);
    const [dh, dw] = pair("dilation", options.dilation ?? 1, 1);
    const [above, beside] = paddings(options.padding);
    const { size: rows, before: top } = alongAxis(height, kh, sh, dh, above, `${name} height`);
    const { size: columns, before: left } = alongAxis(width, kw, sw, dw, beside, `${name} width`);
    return { batch, height, width, kh, kw, sh, sw, dh, dw, top, left, rows, columns };
  }

  /** That along the height and that along the width. @param {WindowOptions["padding"]} padding */
  function paddings(padding = "VALID") {
    if (!Array.isArray(padding) || !padding.some(Array.isArray)) return [padding, padding];
    expect(padding.length === 2, "padding", padding, "[before, after] of two axes");
    return padding;
  }

  /**
   * Calls `visit` for each tap of the kernel on each row of the output.
   *
   * The tap meets pixel s i + d u - before of the input. Pixels of the padding are passed over: a
   * zero adds nothing to a sum, and pooling does not count them. All indices are of pixels:
   * `visit(tap, p, q, count)` stands for `count` pairs that begin at input p and output q, and go
   * on with p + sw and q + 1.
   *
   * @param {Windows} at
   * @param {(tap: number, p: number, q: number, count: number) => void} visit
   */
  function slide(at, visit) {
    for (let n = 0; n < at.batch; n++) {
      for (let i = 0; i < at.rows; i++) {
        for (let u = 0; u < at.kh; u++) {
          const row = at.sh * i + at.dh * u - at.top;
          if (row < 0 || row >= at.height) continue;
          for (let v = 0; v < at.kw; v++) {
            const column = at.dw * v - at.left;
            const first = Math.max(0, Math.ceil(-column / at.sw));
            const last = Math.min(at.columns - 1, Math.floor((at.width - 1 - column) / at.sw));
            const p = (n * at.height + row) * at.width + at.sw * first + column;
            visit(u * at.kw + v, p, (n * at.rows + i) * at.columns + first, last - first + 1);
          }
        }
      }
    }
  }

  /**
   * Goes through the taps of all kernels: `visit(p, q, w, count)` stands for `count` pixels of a
   * channel, from input number p on, that meet the taps from w on, as many as there are output maps
   * in the channel's group, and add to the output numbers from q on. Here p and q are of numbers.
   *
   * @param {number} channels Of the input. @param {number[]} kernel Its shape. @param {Windows} at
   * @param {(p: number, q: number, w: number, count: number, maps: number) => void} visit
   */
  function eachTap(channels, [, , depth, maps], at, visit) {
    const perGroup = maps / (channels / depth);
    slide(at, (tap, p, q, count) => {
      for (let c = 0; c < channels; c++) {
        const first = Math.floor(c / depth) * perGroup;
        const w = (tap * depth + (c % depth)) * maps + first;
        visit(p * channels + c, q * maps + first, w, count, perGroup);
      }
    });
  }

  /**
   * As `conv2d`, with a bias for each output channel; the arguments are checked already.
   *
   * @param {Tensor} image @param {Tensor} kernel @param {WindowOptions} options
   * @param {Tensor} [bias] @returns {Tensor}
   */
  function correlate(image, kernel, options, bias) {
    const at = windowsOn(image.shape, kernel.shape, options);
    const shape = [at.batch, at.rows, at.columns, kernel.shape[3]];
    const y = new Float64Array(product(shape));
    if (bias) for (let q = 0; q < y.length; q++) y[q] = bias.data[q % shape[3]];
    const [x, w, channels, maps] = [image.data, kernel.data, image.shape[3], shape[3]];
    const step = at.sw * channels;
    eachTap(channels, kernel.shape, at, (p, q, k, count, own) => {
      if (own === 1) {
        const weight = w[k];
        for (; count > 0; count--, p += step, q += maps) y[q] += x[p] * weight;
      }
      for (; count > 0; count--, p += step, q += maps) {
        const value = x[p];
        if (value === 0) continue; // Half of what a ReLU returns is.
        for (let m = 0; m < own; m++) y[q + m] += value * w[k + m];
      }
    });
    return { data: new Float32Array(y), shape };
  }

  /**
   * Returns the gradient of a weighted sum of a convolution's output with respect to its input. As
   * convbook.reference.conv2d_input_gradient; the arguments are checked already.
   *
   * @param {Tensor} gradient With respect to the output: the weights of the sum.
   * @param {Tensor} kernel
   * @param {number[]} shape Of the convolution's input.
   * @param {WindowOptions} options Of the convolution.
   * @returns {Tensor} Of that shape.
   */
  function conv2dInputGradient(gradient, kernel, shape, options) {
    const x = new Float64Array(product(shape));
    const at = windowsOn(shape, kernel.shape, options);
    const [y, w, channels, maps] = [gradient.data, kernel.data, shape[3], kernel.shape[3]];
    const step = at.sw * channels;
    eachTap(channels, kernel.shape, at, (p, q, k, count, own) => {
      for (; count > 0; count--, p += step, q += maps) {
        let sum = 0;
        for (let m = 0; m < own; m++) sum += y[q + m] * w[k + m];
        x[p] += sum;
      }
    });
    return { data: new Float32Array(x), shape };
  }

  /**
   * Cross-correlates images with kernels, as tf.nn.conv2d does:
   *
   *     y[n, i, j, o] = sum over u, v, c of x[n, s i + d u - before, s j + d v - before, c] w[u, v, c, o]
   *
   * Kernels with a fraction of the images' channels make groups: with half of them, the first half
   * of the output maps sees the first half of the channels. As convbook.reference.conv2d and
   * grouped_conv2d.
   *
   * @param {Tensor} image Of shape [N, H, W, C].
   * @param {Tensor} kernel Of shape [kh, kw, C, O], or with C / groups in place of C.
   * @param {WindowOptions} [options] stride 1, dilation 1, padding "VALID" unless they are there.
   *   A stride or dilation is a number or [along the height, along the width]; padding is "VALID",
   *   "SAME", the zeros on each side, [before, after], or [[above, below], [left, right]].
   * @returns {Tensor} Of shape [N, Ho, Wo, O].
   * @throws {Error} If a tensor has another rank, an empty axis, or data that do not fit its shape
   *   or are not finite; if the channels do not fit; or as `outputSize`.
   */
  function conv2d(image, kernel, options = {}) {
    const x = tensor("image", image, 4);
    const w = tensor("kernel", kernel, 4);
    const groups = x.shape[3] / w.shape[2];
    const fits = Number.isInteger(groups) && w.shape[3] % groups === 0;
    expect(fits, "kernel.shape", w.shape, `the image's ${x.shape[3]} channels, or whole groups`);
    return correlate(x, w, checked(options, "stride", "dilation", "padding"));
  }

  /**
   * Convolves each channel with kernels of its own, as tf.nn.depthwise_conv2d does: as many groups
   * as channels. As convbook.reference.depthwise_conv2d.
   *
   * @param {Tensor} image Of shape [N, H, W, C].
   * @param {Tensor} kernel Of shape [kh, kw, C, M]: M maps from each channel.
   * @param {WindowOptions} [options] As in `conv2d`.
   * @returns {Tensor} Of shape [N, Ho, Wo, C M].
   * @throws {Error} As `conv2d`.
   */
  function depthwiseConv2d(image, kernel, options = {}) {
    const x = tensor("image", image, 4);
    const { data, shape } = tensor("kernel", kernel, 4);
    const [kh, kw, channels, maps] = shape;
    expect(channels === x.shape[3], "kernel.shape", shape, `the image's ${x.shape[3]} channels`);
    return conv2d(x, { data, shape: [kh, kw, 1, channels * maps] }, options);
  }

  /**
   * Puts a copy of the kernel, times the pixel, around each pixel's place in a larger output, as
   * tf.nn.conv2d_transpose does: the backward pass of a convolution. As
   * convbook.reference.conv2d_transpose.
   *
   * @param {Tensor} image Of shape [N, H, W, C].
   * @param {Tensor} kernel Of shape [kh, kw, O, C]: that of the convolution from O to C channels.
   * @param {WindowOptions} [options] Of that convolution, as in `conv2d`.
   * @returns {Tensor} Of shape [N, Ho, Wo, O]; along an axis it is n s for "SAME", as in Keras
   *   (n - 1) s + max(reach, s) for "VALID", and (n - 1) s + reach - before - after else.
   * @throws {Error} As `conv2d`.
   */
  function conv2dTranspose(image, kernel, options = {}) {
    const x = tensor("image", image, 4);
    const w = tensor("kernel", kernel, 4);
    const [batch, ...sizes] = x.shape;
    expect(w.shape[3] === sizes[2], "kernel.shape", w.shape, `${sizes[2]} channels at its end`);
    checked(options, "stride", "dilation", "padding");
    const strides = pair("stride", options.stride ?? 1, 1);
    const dilations = pair("dilation", options.dilation ?? 1, 1);
    const [rows, columns] = paddings(options.padding).map((padding, axis) => {
      const [s, reach] = [strides[axis], (w.shape[axis] - 1) * dilations[axis] + 1];
      const least = (sizes[axis] - 1) * s;
      if (typeof padding !== "string") {
        const [before, after] = pair("padding", padding, 0);
        return whole("output size", least + reach - before - after, 1);
      }
      return least + (padding.toUpperCase() === "SAME" ? s : Math.max(reach, s));
    });
    return conv2dInputGradient(x, w, [batch, rows, columns, w.shape[2]], options);
  }

  /**
   * Returns the shape of a pooling's output, and a function that calls another for each number that
   * the pooling takes and the one that it goes into.
   *
   * @param {Tensor} image @param {PerAxis} window @param {WindowOptions} options
   */
  function pooling(image, window, options) {
    const size = pair("window", window, 1);
    checked(options, "stride", "padding");
    const at = windowsOn(image.shape, size, { stride: size, ...options }, "window");
    const channels = image.shape[3];
    /** @param {(p: number, q: number) => void} visit */
    const each = (visit) =>
      slide(at, (_, p, q, count) => {
        for (let j = 0; j < count; j++)
          for (let c = 0; c < channels; c++)
            visit((p + j * at.sw) * channels + c, (q + j) * channels + c);
      });
    return { shape: [at.batch, at.rows, at.columns, channels], each };
  }

  /**
   * Keeps the largest number of each window, channel by channel, as tf.nn.max_pool2d does.
   * Padding is smaller than any number. As convbook.reference.max_pool.
   *
   * @param {Tensor} image Of shape [N, H, W, C].
   * @param {PerAxis} window Its height and width, in pixels.
   * @param {WindowOptions} [options] stride is that of the window unless it is there.
   * @returns {Tensor} Of shape [N, Ho, Wo, C].
   * @throws {Error} As `conv2d`.
   */
  function maxPool(image, window, options = {}) {
    const { data: x } = tensor("image", image, 4);
    const { shape, each } = pooling(image, window, options);
    const y = new Float32Array(product(shape)).fill(-Infinity);
    each((p, q) => {
      if (x[p] > y[q]) y[q] = x[p];
    });
    return { data: y, shape };
  }

  /**
   * Keeps the mean of each window, channel by channel, as tf.nn.avg_pool2d does: of the pixels
   * that are there, padding apart. As convbook.reference.average_pool.
   *
   * @param {Tensor} image @param {PerAxis} window @param {WindowOptions} [options]
   * @returns {Tensor} As `maxPool`.
   */
  function averagePool(image, window, options = {}) {
    const { data: x } = tensor("image", image, 4);
    const { shape, each } = pooling(image, window, options);
    const sums = new Float64Array(product(shape));
    const counts = new Int32Array(sums.length);
    each((p, q) => {
      sums[q] += x[p];
      counts[q]++;
    });
    return { data: new Float32Array(sums.map((sum, q) => sum / counts[q])), shape };
  }

  /**
   * Returns the gradient of a weighted sum of a pooling's output with respect to its input. From
   * the mean, each pixel of a window gets its share; from the maximum, the first of the largest
   * pixels gets all. As convbook.reference.average_pool_gradient and max_pool_gradient.
   *
   * @param {Tensor} gradient With respect to the output.
   * @param {Tensor} image The pooling's input. @param {PerAxis} window @param {WindowOptions} options
   * @param {Tensor} [largest] The output of max pooling; without it, the pooling is of the mean.
   * @returns {Tensor} Of the shape of the image.
   */
  function poolGradient({ data: dy }, image, window, options, largest) {
    const { data: x, shape } = image;
    const { each } = pooling(image, window, options);
    const dx = new Float64Array(x.length);
    const counts = new Int32Array(dy.length);
    each((_, q) => counts[q]++);
    each((p, q) => {
      if (!largest) dx[p] += dy[q] / counts[q];
      else if (counts[q] > 0 && x[p] === largest.data[q]) {
        dx[p] += dy[q];
        counts[q] = 0; // The others get nothing.
      }
    });
    return { data: new Float32Array(dx), shape };
  }

  globalThis.ConvbookLive ??= /** @type {any} */ ({});
  ConvbookLive.engine = Object.freeze({
    expect,
    tensor,
    product,
    outputSize,
    samePadding,
    conv2d,
    depthwiseConv2d,
    conv2dTranspose,
    maxPool,
    averagePool,
    correlate,
    conv2dInputGradient,
    poolGradient,
  });
})();
