// What can be read from a kernel before any picture is seen: what it leaves of each wave, and its
// rank. The Fourier transform also applies large kernels, as in the chapter on algorithms.
"use strict";

(() => {
  const EPSILON = 2 ** -23; // of float32
  const SWEEPS = 15; // over all pairs; the columns of a kernel are orthogonal after five or so

  /**
   * Transforms a square of complex numbers in place, its rows and then its columns:
   *
   *     X[f, g] = sum over i, j of x[i, j] exp(-2 pi i (f i + g j) / n)
   *
   * The way back is the same with both parts exchanged, fft2(im, re, n), and divided by n n.
   *
   * @param {Float64Array} re @param {Float64Array} im @param {number} n A power of two.
   */
  function fft2(re, im, n) {
    const cos = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / n));
    const sin = Float64Array.from({ length: n / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / n));
    const order = new Int32Array(n); // With the bits of each index reversed.
    for (let i = 1; i < n; i++) order[i] = (order[i >> 1] >> 1) | (i & 1 ? n / 2 : 0);
    const [a, b] = [new Float64Array(n), new Float64Array(n)];
    for (const [step, next] of [
      [1, n],
      [n, 1],
    ]) {
      for (let first = 0; first < n * next; first += next) {
        for (let i = 0; i < n; i++) {
          a[order[i]] = re[first + i * step];
          b[order[i]] = im[first + i * step];
        }
        for (let half = 1; half < n; half *= 2) {
          const turn = n / (2 * half);
          for (let start = 0; start < n; start += 2 * half) {
            for (let k = 0; k < half; k++) {
              const p = start + k;
              const q = p + half;
              const c = cos[k * turn];
              const s = sin[k * turn];
              const x = a[q] * c + b[q] * s;
              const y = b[q] * c - a[q] * s;
              a[q] = a[p] - x;
              b[q] = b[p] - y;
              a[p] += x;
              b[p] += y;
            }
          }
        }
        for (let i = 0; i < n; i++) {
          re[first + i * step] = a[i];
          im[first + i * step] = b[i];
        }
      }
    }
  }

  /**
   * Returns the amplitude that a square kernel leaves of each wave: frequencies from -0.5 cycles per
   * pixel on, down and to the right, zero at row and column n / 2.
   *
   * @param {ArrayLike<number>} taps @param {number} n A power of two.
   * @param {number} [dilation] From one tap to the next, in pixels.
   * @returns {Tensor} Of shape [1, n, n, 1].
   */
  function amplitudes(taps, n, dilation = 1) {
    const k = Math.sqrt(taps.length);
    const [re, im] = [new Float64Array(n * n), new Float64Array(n * n)];
    for (let i = 0; i < taps.length; i++)
      re[dilation * (Math.floor(i / k) * n + (i % k))] = taps[i];
    fft2(re, im, n);
    const data = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const from = ((i + n / 2) % n) * n + ((j + n / 2) % n);
        data[i * n + j] = Math.hypot(re[from], im[from]);
      }
    }
    return { data, shape: [1, n, n, 1] };
  }

  /**
   * Returns the number of singular values of a square kernel above the rounding of float32. As
   * convbook.kernels.rank.
   *
   * Pairs of columns are turned until all are orthogonal, as Jacobi did; then their lengths are the
   * singular values.
   *
   * @param {ArrayLike<number>} taps
   */
  function rank(taps) {
    const k = Math.sqrt(taps.length);
    const columns = Array.from({ length: k }, (_, v) =>
      Array.from({ length: k }, (_, u) => taps[u * k + v]),
    );
    /** @param {number[]} a @param {number[]} b */
    const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      for (let p = 0; p < k; p++) {
        for (let q = p + 1; q < k; q++) {
          const [a, b] = [columns[p], columns[q]];
          const turn = Math.atan2(2 * dot(a, b), dot(a, a) - dot(b, b)) / 2;
          const [c, s] = [Math.cos(turn), Math.sin(turn)];
          columns[p] = a.map((x, i) => c * x + s * b[i]);
          columns[q] = a.map((x, i) => c * b[i] - s * x);
        }
      }
    }
    const lengths = columns.map((column) => Math.hypot(...column));
    const least = k * EPSILON * Math.max(...lengths);
    return lengths.filter((length) => length > least).length;
  }

  ConvbookLive.analysis = Object.freeze({ fft2, amplitudes, rank });
})();
