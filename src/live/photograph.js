// A photograph as a pretrained network takes it, and what a reader does to it: cut, turned, blurred.
//
// As src/convbook/pretrained/_images.py and scipy.ndimage compute it, with their roundings to
// float32 between the axes.
"use strict";

(() => {
  /**
   * Returns the weights by which each of `size` new pixels takes pixels of a row of n: Pillow's
   * bicubic kernel, stretched to a new pixel where the row becomes shorter.
   *
   * @param {number} n @param {number} size
   * @returns {{first: number, weights: number[]}[]}
   */
  function bicubic(n, size) {
    const scale = n / size;
    const stretch = Math.max(scale, 1);
    return Array.from({ length: size }, (_, i) => {
      const centre = (i + 0.5) * scale;
      const first = Math.max(0, Math.floor(centre - 2 * stretch + 0.5));
      const end = Math.min(n, Math.floor(centre + 2 * stretch + 0.5));
      const weights = Array.from({ length: end - first }, (_, j) => {
        const x = Math.abs((first + j - centre + 0.5) / stretch);
        if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
      });
      const total = weights.reduce((a, b) => a + b);
      return { first, weights: weights.map((w) => w / total) };
    });
  }

  /**
   * Returns a square of a photograph at another size, as convbook's `preprocess` does.
   *
   * @param {Tensor} photograph Of shape [1, H, W, 3], in 0 to 1.
   * @param {{top: number, left: number, side: number}} place Of the square, in pixels.
   * @param {number} size Pixels along each side of the result.
   * @param {{centre: number, scale: number}} range A pixel p in 0 to 255 becomes
   *   (p - centre) / scale.
   * @returns {Tensor} Of shape [size, size, 3].
   */
  function square({ data, shape: [, , width] }, { top, left, side }, size, { centre, scale }) {
    const taps = bicubic(side, size);
    const narrow = new Float32Array(side * size * 3);
    for (let row = 0, q = 0; row < side; row++) {
      const start = ((top + row) * width + left) * 3;
      for (const { first, weights } of taps)
        for (let c = 0; c < 3; c++, q++) {
          let sum = 0;
          for (let j = 0, p = start + 3 * first + c; j < weights.length; j++, p += 3)
            sum += 255 * data[p] * weights[j];
          narrow[q] = sum;
        }
    }
    const small = new Float32Array(size * size * 3);
    const length = 3 * size;
    taps.forEach(({ first, weights }, row) => {
      for (let k = 0; k < length; k++) {
        let sum = 0;
        for (let j = 0, p = first * length + k; j < weights.length; j++, p += length)
          sum += narrow[p] * weights[j];
        const pixel = Math.min(255, Math.max(0, Math.fround(sum)));
        small[row * length + k] = Math.fround(pixel - centre) / scale;
      }
    });
    return { data: small, shape: [size, size, 3] };
  }

  /**
   * Returns a square turned about its middle, counterclockwise, as scipy.ndimage.rotate with
   * reshape=False, order=1, mode="nearest": bilinearly, its rim going on outside of it.
   *
   * @param {Tensor} image Of shape [n, n, 3]. @param {number} degrees @returns {Tensor}
   */
  function turned({ data, shape }, degrees) {
    const n = shape[0];
    const middle = (n - 1) / 2;
    const [cosine, sine] = exact(degrees);
    const result = new Float32Array(data.length);
    const last = n - 1;
    for (let i = 0, q = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const y = Math.min(last, Math.max(0, cosine * (i - middle) + sine * (j - middle) + middle));
        const x = Math.min(last, Math.max(0, cosine * (j - middle) - sine * (i - middle) + middle));
        const row = Math.min(last - 1, Math.floor(y));
        const column = Math.min(last - 1, Math.floor(x));
        const [down, right] = [y - row, x - column];
        const p = 3 * (row * n + column);
        for (let c = 0; c < 3; c++, q++) {
          const above = data[p + c] * (1 - right) + data[p + 3 + c] * right;
          const below = data[p + 3 * n + c] * (1 - right) + data[p + 3 * n + 3 + c] * right;
          result[q] = above * (1 - down) + below * down;
        }
      }
    return { data: result, shape };
  }

  /** Cosine and sine, which are exact for quarter turns. @param {number} degrees */
  function exact(degrees) {
    const quarter = (((degrees / 90) % 4) + 4) % 4;
    const [c, s] = [Math.cos, Math.sin].map((f) => f((degrees * Math.PI) / 180));
    return Number.isInteger(quarter) ? [Math.round(c), Math.round(s)] : [c, s];
  }

  /**
   * Returns a square blurred, as scipy.ndimage.gaussian_filter: by taps up to four standard
   * deviations, the square going on as its mirror image.
   *
   * @param {Tensor} image Of shape [n, n, 3]. @param {number} sigma In pixels, above 0.
   * @returns {Tensor}
   */
  function blurred({ data, shape }, sigma) {
    const n = shape[0];
    const radius = Math.floor(4 * sigma + 0.5);
    const taps = Array.from({ length: radius + 1 }, (_, k) => Math.exp(-0.5 * (k / sigma) ** 2));
    const total = 2 * taps.reduce((a, b) => a + b) - taps[0];
    const mirrored = Int32Array.from({ length: n + 2 * radius }, (_, k) => {
      const place = (((k - radius) % (2 * n)) + 2 * n) % (2 * n);
      return place < n ? place : 2 * n - 1 - place;
    });
    // Along the rows, and then along the columns: each time a step of `along` numbers to the next.
    for (const [across, along] of [
      [3 * n, 3],
      [3, 3 * n],
    ].reverse()) {
      const result = new Float32Array(data.length);
      const line = new Float64Array(n + 2 * radius);
      for (let start = 0; start < n; start++)
        for (let c = 0; c < 3; c++) {
          const first = start * across + c;
          for (let k = 0; k < line.length; k++) line[k] = data[first + mirrored[k] * along];
          for (let i = 0; i < n; i++) {
            const middle = i + radius;
            let sum = taps[0] * line[middle];
            for (let k = 1; k <= radius; k++)
              sum += taps[k] * (line[middle - k] + line[middle + k]);
            result[first + i * along] = sum / total;
          }
        }
      data = result;
    }
    return { data, shape };
  }

  ConvbookLive.photograph = Object.freeze({ square, turned, blurred });
})();
