// The book's trained networks in the page: lists of layers, run forward and backward.
//
// src/bookbuild/embed/live_export.py writes the lists and the weights. Layers carry the names that
// they have in Keras, and each leaves its output among the maps.
"use strict";

(() => {
  /** @type {Engine} */
  const engine = ConvbookLive.engine;
  const { product, tensor } = engine;

  /**
   * The activations: what each makes of x, and its slope as a function of what it has made.
   *
   * @type {Record<string, [(x: number) => number, (y: number) => number]>}
   */
  const ACTIVATIONS = {
    linear: [(x) => x, () => 1],
    relu: [(x) => Math.max(x, 0), (y) => (y > 0 ? 1 : 0)],
    relu6: [(x) => Math.min(Math.max(x, 0), 6), (y) => (y > 0 && y < 6 ? 1 : 0)],
    tanh: [Math.tanh, (y) => 1 - y * y],
    // LeNet-5's, which takes 1 to about 1.
    scaled_tanh: [
      (x) => 1.7159 * Math.tanh((2 / 3) * x),
      (y) => (2 / 3) * (1.7159 - y ** 2 / 1.7159),
    ],
  };

  /**
   * Returns a tensor of the same shape whose numbers `f` makes.
   *
   * @param {Tensor} x @param {(value: number, i: number) => number} f @returns {Tensor}
   */
  const map = ({ data, shape }, f) => ({ data: data.map(f), shape });

  /** A row of numbers is an image of a single pixel. @param {Tensor} x @returns {Tensor} */
  const image = ({ data, shape }) =>
    shape.length === 4 ? { data, shape } : { data, shape: [shape[0], 1, 1, shape[1]] };

  /**
   * Goes through the numbers of a concatenation: which input each comes from, and its place there
   * and in the whole.
   *
   * @param {Tensor[]} inputs @param {(input: number, p: number, q: number) => void} visit
   */
  function join(inputs, visit) {
    const depths = inputs.map(({ shape }) => shape[shape.length - 1]);
    const pixels = inputs[0].data.length / depths[0];
    for (let pixel = 0, q = 0; pixel < pixels; pixel++)
      depths.forEach((depth, input) => {
        for (let c = 0; c < depth; c++) visit(input, pixel * depth + c, q++);
      });
  }

  /**
   * The operations. `run` takes a layer and its inputs and returns its output before the
   * activation. `back` takes the gradient of a sum with respect to that, and returns those with
   * respect to the inputs.
   *
   * @type {Record<string, {
   *   run: (layer: LoadedLayer, ...inputs: Tensor[]) => Tensor,
   *   back: (layer: LoadedLayer, gradient: Tensor, output: Tensor, ...inputs: Tensor[]) => Tensor[]
   * }>}
   */
  const OPERATIONS = {
    // Dense layers too, with kernels of 1x1 taps on a single pixel; and depthwise convolutions, with
    // as many groups as channels.
    conv2d: {
      run: (layer, x) =>
        engine.correlate(image(x), layer.weights.kernel, layer, layer.weights.bias),
      back: (layer, gradient, _, x) => [
        engine.conv2dInputGradient(image(gradient), layer.weights.kernel, image(x).shape, layer),
      ],
    },
    // A slope and a shift for each channel: what batch normalization is after the training.
    affine: {
      run: ({ weights: { slope, shift } }, x) => {
        const n = slope.data.length;
        return map(x, (v, i) => slope.data[i % n] * v + shift.data[i % n]);
      },
      back: ({ weights: { slope } }, gradient) => [
        map(gradient, (v, i) => slope.data[i % slope.data.length] * v),
      ],
    },
    max_pool: {
      run: ({ window, stride, padding }, x) => engine.maxPool(x, window, { stride, padding }),
      back: ({ window, stride, padding }, gradient, y, x) => [
        engine.poolGradient(gradient, x, window, { stride, padding }, y),
      ],
    },
    // The mean of a whole map too.
    average_pool: {
      run: ({ window, stride, padding }, x) => engine.averagePool(x, window, { stride, padding }),
      back: ({ window, stride, padding }, gradient, _, x) => [
        engine.poolGradient(gradient, x, window, { stride, padding }),
      ],
    },
    add: {
      run: (_, ...inputs) => inputs.reduce((sum, x) => map(sum, (v, i) => v + x.data[i])),
      back: (_, gradient, __, ...inputs) => inputs.map(() => gradient),
    },
    // Along the channels.
    concatenate: {
      run: ({ shape }, ...inputs) => {
        const data = new Float32Array(inputs[0].shape[0] * product(shape));
        join(inputs, (input, p, q) => {
          data[q] = inputs[input].data[p];
        });
        return { data, shape };
      },
      back: (_, gradient, __, ...inputs) => {
        const parts = inputs.map((x) => map(x, () => 0));
        join(inputs, (input, p, q) => {
          parts[input].data[p] = gradient.data[q];
        });
        return parts;
      },
    },
    // What is an activation alone, changes the shape alone, or nothing after the training.
    identity: { run: (_, x) => x, back: (_, gradient) => [gradient] },
  };

  /**
   * Returns what the logits of each picture say as probabilities: their exponentials, divided by
   * the sum of these. As convbook.reference.softmax.
   *
   * @param {Tensor} logits Of shape [N, classes]. @returns {Float32Array}
   */
  function softmax({ data, shape: [, classes] }) {
    const largest = data.map((_, i) =>
      Math.max(...data.subarray(i - (i % classes)).subarray(0, classes)),
    );
    const powers = Array.from(data, (v, i) => Math.exp(v - largest[i]));
    return data.map((_, i) => {
      const row = powers.slice(i - (i % classes), i - (i % classes) + classes);
      return powers[i] / row.reduce((a, b) => a + b);
    });
  }

  /**
   * Returns whole numbers that were written as a character each: 0, -1, 1, -2 and so on are what
   * ASCII prints but for the quotation mark and the backslash, and what follows from U+00A1 on.
   *
   * @param {string} text
   */
  function wholeNumbers(text) {
    const numbers = new Float32Array(text.length);
    for (let i = 0; i < numbers.length; i++) {
      const code = text.charCodeAt(i);
      const place = code < 127 ? code - 32 - Number(code > 34) - Number(code > 92) : code - 68;
      numbers[i] = place % 2 ? -(place + 1) / 2 : place / 2;
    }
    return numbers;
  }

  /**
   * Adds a network to `ConvbookLive.networks`; its file calls this.
   *
   * @param {string} name
   * @param {NetworkFile} content Its weights are those of all layers in their order, float32 with
   *   the lowest byte first, as all browsers keep it, in base64. Kernels of layers that have steps
   *   are characters, and count the step of each output channel.
   * @throws {Error} If a layer has an operation or an activation that is not known here, or there
   *   are not as many weights as the layers have.
   */
  function network(name, { input, shape, layers, weights, kernels = "" }) {
    const bytes = Uint8Array.from(atob(weights), (c) => c.charCodeAt(0));
    const sources = {
      weights: { numbers: new Float32Array(bytes.buffer), used: 0 },
      kernels: { numbers: wholeNumbers(kernels), used: 0 },
    };
    const loaded = layers.map((layer) => {
      for (const [key, known] of /** @type {const} */ ([
        ["op", Object.keys(OPERATIONS)],
        ["activation", Object.keys(ACTIVATIONS)],
      ]))
        engine.expect(
          known.includes(layer[key]),
          `${name}, ${layer.name}, ${key}`,
          layer[key],
          known.join(", "),
        );
      /** @type {Record<string, Tensor>} */
      const own = {};
      for (const [key, lengths] of Object.entries(layer.shapes)) {
        const source = sources[key === "kernel" && layer.shapes.step ? "kernels" : "weights"];
        const end = source.used + product(lengths);
        own[key] = { data: source.numbers.subarray(source.used, end), shape: lengths };
        source.used = end;
      }
      const { kernel, step } = own;
      const channels = step?.data.length;
      for (let i = 0; step && i < kernel.data.length; i++)
        kernel.data[i] *= step.data[i % channels];
      return Object.freeze({ ...layer, weights: own });
    });
    for (const [key, { numbers, used }] of Object.entries(sources))
      engine.expect(numbers.length === used, `${name}, ${key}`, numbers.length, `${used} numbers`);

    /**
     * As `run`, but yields after each layer, so that a page can do other things before the next.
     *
     * @param {Tensor} picture
     */
    function* steps(picture) {
      const single = picture?.shape?.length === shape.length;
      const x = tensor("image", picture, shape.length + (single ? 0 : 1));
      const [batch, ...lengths] = single ? [1, ...x.shape] : x.shape;
      const words = `[${shape}], or that after a number of pictures`;
      engine.expect(`${lengths}` === `${shape}`, "image.shape", x.shape, words);
      /** @type {Record<string, Tensor>} */
      const maps = { [input]: { data: x.data, shape: [batch, ...shape] } };
      for (const layer of loaded) {
        const [f] = ACTIVATIONS[layer.activation];
        const { data } = OPERATIONS[layer.op].run(layer, ...layer.inputs.map((from) => maps[from]));
        maps[layer.name] = map({ data, shape: [batch, ...layer.shape] }, (v) => f(v));
        yield layer.name;
      }
      return { probabilities: softmax(maps[loaded[loaded.length - 1].name]), maps };
    }

    /**
     * Returns what every layer makes of pictures, by the layers' names, the input's among them,
     * and the probabilities: the softmax of what the last layer makes.
     *
     * @param {Tensor} picture Of the network's shape [H, W, C], or [N, H, W, C].
     * @throws {Error} If it has another shape, or a number is not finite.
     */
    function run(picture) {
      const all = steps(picture);
      for (;;) {
        const { done, value } = all.next();
        if (done) return value;
      }
    }

    /**
     * Returns the gradient of a weighted sum of a layer's output with respect to all the maps that
     * it depends on, by their names: the backward pass.
     *
     * @param {Record<string, Tensor>} maps What `run` has returned.
     * @param {string} of The layer's name.
     * @param {Tensor} sum The weights, of the shape of the layer's output: 1 for a logit and 0 for
     *   the others give that logit's gradient.
     * @throws {Error} If there is no such layer, or its output has another shape.
     */
    function gradient(maps, of, sum) {
      engine.expect(of in maps, "of", of, Object.keys(maps).join(", "));
      const { shape: lengths } = maps[of];
      engine.expect(`${sum?.shape}` === `${lengths}`, "sum.shape", sum?.shape, `[${lengths}]`);
      const gradients = { [of]: sum };
      for (const layer of [...loaded].reverse()) {
        if (!(layer.name in gradients)) continue;
        const y = maps[layer.name];
        const [, slope] = ACTIVATIONS[layer.activation];
        const before = map(gradients[layer.name], (v, i) => v * slope(y.data[i]));
        const inputs = layer.inputs.map((from) => maps[from]);
        OPERATIONS[layer.op].back(layer, before, y, ...inputs).forEach(({ data }, i) => {
          const known = gradients[layer.inputs[i]]?.data;
          const { shape } = inputs[i];
          gradients[layer.inputs[i]] = map({ data, shape }, (v, j) => v + (known?.[j] ?? 0));
        });
      }
      return gradients;
    }

    Object.freeze(loaded);
    ConvbookLive.networks[name] = Object.freeze({
      name,
      input,
      shape,
      layers: loaded,
      run,
      steps,
      gradient,
    });
  }

  ConvbookLive.networks = {};
  ConvbookLive.network = network;

  const { outputSize, samePadding, conv2d } = engine;
  /** For tests and for whoever opens the console. `networks` has those that are loaded. */
  globalThis.convbook = Object.freeze({
    outputSize,
    samePadding,
    conv2d,
    get networks() {
      return Object.freeze({ ...ConvbookLive.networks });
    },
  });
})();
