// What the scripts of a live figure share, for the checker of types. No page loads this file.

interface Tensor {
  data: Float32Array;
  shape: number[];
}

type Numbers = Float32Array | Float64Array;

type PerAxis = number | [number, number];

interface WindowOptions {
  stride?: PerAxis;
  dilation?: PerAxis;
  padding?: string | number | [number, number] | [[number, number], [number, number]];
}

/** Where the windows of a kernel lie on images, in pixels. */
interface Windows {
  batch: number;
  height: number;
  width: number;
  kh: number;
  kw: number;
  sh: number;
  sw: number;
  dh: number;
  dw: number;
  top: number;
  left: number;
  rows: number;
  columns: number;
}

/** A layer as src/bookbuild/embed/live_export.py writes it. */
interface Layer {
  name: string;
  op: string;
  /** The layers that it takes, or the name of the input. */
  inputs: string[];
  /** Of its output for a picture: [H, W, C] or [features]. */
  shape: number[];
  activation: string;
  /** The shapes of its weights, in the order in which they lie in the file. */
  shapes: Record<string, number[]>;
  window: [number, number];
  stride: [number, number];
  dilation: [number, number];
  padding: WindowOptions["padding"];
}

interface NetworkFile {
  input: string;
  shape: number[];
  layers: Layer[];
  weights: string;
}

interface LoadedLayer extends Layer {
  weights: Record<string, Tensor>;
}

interface Network {
  name: string;
  /** The name of the input among the maps, and its shape [H, W, C]. */
  input: string;
  shape: number[];
  layers: readonly LoadedLayer[];
  run(image: Tensor): { probabilities: Float32Array; maps: Record<string, Tensor> };
  gradient(maps: Record<string, Tensor>, of: string, sum: Tensor): Record<string, Tensor>;
}

interface Engine {
  expect(right: unknown, name: string, value: unknown, expected: string): asserts right;
  product(lengths: number[]): number;
  tensor(name: string, value: unknown, axes: number): Tensor;
  outputSize(n: number, k: number, options?: WindowOptions): number;
  samePadding(
    n: number,
    k: number,
    options?: { stride?: number; dilation?: number },
  ): [number, number];
  conv2d(image: Tensor, kernel: Tensor, options?: WindowOptions): Tensor;
  depthwiseConv2d(image: Tensor, kernel: Tensor, options?: WindowOptions): Tensor;
  conv2dTranspose(image: Tensor, kernel: Tensor, options?: WindowOptions): Tensor;
  maxPool(image: Tensor, window: PerAxis, options?: WindowOptions): Tensor;
  averagePool(image: Tensor, window: PerAxis, options?: WindowOptions): Tensor;
  correlate(image: Tensor, kernel: Tensor, options: WindowOptions, bias?: Tensor): Tensor;
  conv2dInputGradient(
    gradient: Tensor,
    kernel: Tensor,
    shape: number[],
    options: WindowOptions,
  ): Tensor;
  poolGradient(
    gradient: Tensor,
    image: Tensor,
    window: PerAxis,
    options: WindowOptions,
    largest?: Tensor,
  ): Tensor;
}

interface ConvbookLive {
  engine: Readonly<Engine>;
  networks: Record<string, Network>;
  network(name: string, content: NetworkFile): void;
}

declare var ConvbookLive: ConvbookLive;
declare var convbook: Readonly<
  Pick<Engine, "outputSize" | "samePadding" | "conv2d"> & {
    networks: Readonly<Record<string, Network>>;
  }
>;
