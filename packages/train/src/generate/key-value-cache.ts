import { float32, floats, type Tensor, type Tensors } from "@lorank/graph";
import { getOrMake } from "../transformer/weights.ts";

/** Cached keys and values for a layer, `[rows, kvHeads, capacity, headDim]`. */
interface LayerCache {
  keys: Float32Array;
  values: Float32Array;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** Cached keys and values for all layers; each row holds another text. */
export class KeyValueCache {
  readonly #layers = new Map<number, LayerCache>();
  readonly #rows: number;
  #capacity: number;

  /** @param capacity tokens per row. */
  constructor(rows: number, capacity: number) {
    this.#rows = rows;
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  inputs(layer: number): Record<string, Tensor> {
    const { keys, values, kvHeads, headDim } = this.#layers.get(layer)!;
    const shape = [this.#rows, kvHeads, this.#capacity, headDim];
    return { earlierKeys: float32(shape, keys), earlierValues: float32(shape, values) };
  }

  /**
   * Stores the first `count` tokens of sequence i in `[batch, kvHeads, seq, headDim]` in the row of `places[i]`, from
   * `start` on.
   */
  store(layer: number, outputs: Tensors, places: readonly CachePlace[]): void {
    const [, kvHeads, seq, headDim] = outputs.keys!.shape as [number, number, number, number];
    const size = this.#rows * kvHeads * this.#capacity * headDim;
    const cache = getOrMake(this.#layers, layer, () => ({
      keys: new Float32Array(size),
      values: new Float32Array(size),
      kvHeads,
      headDim,
    }));
    for (const part of ["keys", "values"] as const) {
      const from = floats(outputs[part]!);
      const into = cache[part];
      places.forEach(({ row, start, count }, i) => {
        for (let head = 0; head < kvHeads; head++) {
          const first = (i * kvHeads + head) * seq * headDim;
          const place = ((row * kvHeads + head) * this.#capacity + start) * headDim;
          into.set(from.subarray(first, first + count * headDim), place);
        }
      });
    }
  }

  grow(capacity: number): void {
    for (const cache of this.#layers.values()) {
      cache.keys = this.#grown(cache.keys, cache, capacity);
      cache.values = this.#grown(cache.values, cache, capacity);
    }
    this.#capacity = capacity;
  }

  #grown(from: Float32Array, { kvHeads, headDim }: LayerCache, capacity: number): Float32Array {
    const own = this.#capacity * headDim;
    const into = new Float32Array(this.#rows * kvHeads * capacity * headDim);
    for (let i = 0; i < this.#rows * kvHeads; i++)
      into.set(from.subarray(i * own, (i + 1) * own), i * capacity * headDim);
    return into;
  }
}

export interface CachePlace {
  readonly row: number;
  /** Count of tokens already in the cache row. */
  readonly start: number;
  readonly count: number;
}
