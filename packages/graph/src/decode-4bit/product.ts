import { type Coded, Kernel } from "./kernel.ts";

/** Numbers of x in a step of the kernel. */
const GROUP = 32;

/** True if the kernel can multiply a weight with rows of `inDim` numbers: blocks must not cross rows. */
export function canMultiply(inDim: number, blockSize: number): boolean {
  return blockSize % GROUP === 0 && inDim % blockSize === 0;
}

/** Multiplies few rows with 4-bit weights in WebAssembly SIMD, which decodes in registers: no decoded weight is stored. */
export class ProductArena {
  readonly #kernel = new Kernel();

  /**
   * Product x Wᵀ in float32, for x `[rows, inDim]` and W's codes `[outDim, inDim]`: `[rows, outDim]`.
   *
   * @param weight blocks must fit into rows: see {@link canMultiply}.
   */
  multiply(x: Float32Array, inDim: number, weight: Coded): Float32Array {
    const { codes, absmax, blockSize, size } = weight;
    const rows = x.length / inDim;
    const outDim = size / inDim;
    const [codesAt, absmaxAt, xAt, outAt] = this.#kernel.places([
      codes.byteLength,
      absmax.byteLength,
      4 * inDim,
      4 * outDim,
    ]) as [number, number, number, number];
    this.#kernel.store(weight, codesAt, absmaxAt);
    const { buffer } = this.#kernel;
    const place = new Float32Array(buffer, xAt, inDim);
    const y = new Float32Array(rows * outDim);
    for (let row = 0; row < rows; row++) {
      evensFirst(x.subarray(row * inDim, (row + 1) * inDim), place);
      this.#kernel.functions.multiply(
        codesAt,
        absmaxAt,
        xAt,
        outAt,
        outDim,
        inDim / blockSize,
        blockSize / 2,
      );
      y.set(new Float32Array(buffer, outAt, outDim), row * outDim);
    }
    return y;
  }
}

/** Copies x in groups of 32: numbers at even places, then those at odd places, as codes lie in bytes. */
function evensFirst(x: Float32Array, out: Float32Array): void {
  for (let start = 0; start < x.length; start += GROUP)
    for (let i = 0; i < GROUP / 2; i++) {
      out[start + i] = x[start + 2 * i]!;
      out[start + GROUP / 2 + i] = x[start + 2 * i + 1]!;
    }
}
