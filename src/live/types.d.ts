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
  /** Of the layers that have steps. */
  kernels?: string;
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
  steps(
    image: Tensor,
  ): Generator<string, { probabilities: Float32Array; maps: Record<string, Tensor> }>;
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

interface LiveMap {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  /**
   * Draws an image, a channel of it unless the scale is "colour". The limits are the values of both
   * ends of the scale: 0 and 1 for grey; for signed, by default, the largest absolute value. `text`
   * says after the label what is to be seen.
   */
  draw(
    image: Tensor,
    options?: { channel?: number; index?: number; limits?: [number, number]; text?: string },
  ): void;
  /** Draws or moves the frame of a number, in pixels of the map. */
  frame(number: number, top: number, left: number, height: number, width: number): void;
  /** Says where the arrow keys go on from. */
  cursor(i: number, j: number): void;
}

interface LiveNumbers {
  element: HTMLElement;
  /**
   * Draws numbers, row by row; NaN is an empty place. `limit` has the strongest colours of a signed
   * scale, `colour` gives others, and without both there are none. `text` says after the label what
   * is to be seen.
   */
  draw(
    values: ArrayLike<number> & Iterable<number>,
    columns: number,
    options?: {
      limit?: number;
      colour?: (value: number, i: number) => { ground: string; ink: string };
      text?: string;
    },
  ): void;
  /** Draws or moves the frame of a number, in rows and columns. */
  frame(number: number, top: number, left: number, height: number, width: number): void;
  /** Says where the arrow keys go on from. */
  cursor(i: number, j: number): void;
}

interface Panel {
  values: Record<string, any>;
  inputs: HTMLElement;
  outputs: HTMLElement;
  say(text: string): void;
  set(key: string, value: any): void;
  refresh(): void;
  reset(): void;
  start(): void;
  /** From min to max, or along stops: the numbers that there are, in any distances. */
  slider(
    key: string,
    options: {
      label: string;
      value: number;
      min?: number;
      max?: number;
      step?: number;
      stops?: number[];
      unit?: string;
      digits?: number;
      /** What is shown of a value, in place of digits and unit. */
      text?: (value: number) => string;
    },
  ): HTMLElement;
  number(
    key: string,
    options: { label: string; value: number; min?: number; max?: number; whole?: boolean },
  ): HTMLElement;
  choice(
    key: string,
    options: { label: string; options: Record<string, string>; value: string },
  ): HTMLElement;
  check(key: string, options: { label: string; value: boolean }): HTMLElement;
  /** Keeps in the address what has no control of its own, such as where a reader points. */
  state(key: string, options: { value: any; read: (text: string) => any }): void;
  /** A plain grid has no colours; the address can give no other size to a fixed one. */
  grid(
    key: string,
    options: {
      label: string;
      rows: number;
      columns: number;
      value: number[];
      min?: number;
      max?: number;
      plain?: boolean;
      fixed?: boolean;
    },
  ): HTMLElement;
  button(label: string, action: () => void): HTMLButtonElement;
  map(options: {
    label: string;
    scale?: "grey" | "signed" | "colour";
    point?: (i: number, j: number) => void;
  }): LiveMap;
  /** Unless others are named, the picture is Chelsea's face; the first is chosen. */
  picture(
    key: string,
    options?: {
      label?: string;
      pictures?: Record<string, string>;
      value?: string;
      fit?: { height: number; width: number };
    },
  ): { element: HTMLElement; tensor: () => Tensor | null };
  code(text: (values: any) => string): HTMLElement;
}

interface Drawing {
  ARROWS: Readonly<Record<string, [number, number]>>;
  element(tag: string, attributes?: Record<string, any>, ...children: (Node | string)[]): any;
  shown(value: number, digits?: number): string;
  brief(value: number): string;
  dark(): boolean;
  signedColours(): Uint8ClampedArray;
  signedColour(value: number, limit: number): { ground: string; ink: string };
  grey(picture: Tensor): Tensor;
  readPicture(file: Blob, fit?: { height?: number; width?: number }): Promise<Tensor>;
  map(options: Parameters<Panel["map"]>[0]): LiveMap;
  legend(scale: string): { element: HTMLElement; draw(least: number, most: number): void };
  numbers(options: {
    label: string;
    point?: (i: number, j: number) => void;
    hover?: boolean;
  }): LiveNumbers;
}

interface Analysis {
  fft2(re: Float64Array, im: Float64Array, n: number): void;
  amplitudes(taps: ArrayLike<number>, n: number, dilation?: number): Tensor;
  rank(taps: ArrayLike<number>): number;
}

interface Controls {
  panel(body: HTMLElement, name: string, update: (values: any) => void): Panel;
  parsed(text: string, limits?: { min?: number; max?: number; whole?: boolean }): number;
  rowsOf(grid: { data: number[]; shape: number[] }): number[][];
}

/** Its taps are whole numbers divided by another. */
interface NamedKernel {
  description: string;
  rows: number[][];
  divisor: number;
}

interface Digits {
  pen(ui: Panel, key: string, map: LiveMap, begun?: () => void): void;
  penHint(): HTMLElement;
  ink(strokes: string, size: number): Tensor;
  normalized(ink: Tensor): Tensor;
  grip(
    canvas: HTMLCanvasElement,
    move: (across: number, below: number) => void,
    end?: () => void,
  ): void;
  source(
    ui: Panel,
    others?: Record<string, [string, () => Float32Array]>,
  ): { elements: HTMLElement[]; pixels(): Float32Array; code(drawn?: Float32Array): string[] };
  testDigit(place: number): Float32Array;
  chart(
    label: string,
    pick?: (digit: number) => void,
  ): {
    element: HTMLElement;
    draw(p: Float32Array, options?: { before?: Float32Array; marked?: number }): void;
  };
  order(p: Float32Array): string[];
  /** With four digits, or as a power of ten. */
  probability(p: number): string;
}

interface Photograph {
  square(
    photograph: Tensor,
    place: { top: number; left: number; side: number },
    size: number,
    range: { centre: number; scale: number },
  ): Tensor;
  turned(image: Tensor, degrees: number): Tensor;
  blurred(image: Tensor, sigma: number): Tensor;
}

/** Builds a live figure in an element, which is empty and in the page. */
type LiveStart = (body: HTMLElement) => void;

interface ConvbookLive {
  figures: Record<string, LiveStart>;
  /** A figure's file calls it with the figure's name. */
  register(name: string, start: LiveStart): void;
  toggle(place: HTMLElement): Promise<void>;
  engine: Readonly<Engine>;
  drawing: Readonly<Drawing>;
  controls: Readonly<Controls>;
  analysis: Readonly<Analysis>;
  digits: Readonly<Digits>;
  photograph: Readonly<Photograph>;
  /** The names of the classes of data sets. */
  classes: Record<string, string[]>;
  /** In 0 to 1, of shape [1, H, W, C]. */
  pictures: Record<string, Tensor>;
  picture(name: string, content: { shape: number[]; bytes: string }): void;
  /** In sets, by name. */
  kernels: Record<string, Record<string, NamedKernel>>;
  networks: Record<string, Network>;
  network(name: string, content: NetworkFile): void;
}

interface Window {
  ConvbookLive?: ConvbookLive;
}

declare var ConvbookLive: ConvbookLive;
declare var convbook: Readonly<
  Pick<Engine, "outputSize" | "samePadding" | "conv2d"> & {
    networks: Readonly<Record<string, Network>>;
  }
>;
