import { float32, floats, int64, type Tensor, type Tensors } from "@lorank/graph";
import type { LayerTraits } from "../families/family.ts";
import { gatherRows } from "../transformer/head-runner.ts";
import { embed, HIDDEN } from "../transformer/layout.ts";
import { feedsOf } from "../transformer/module-inputs.ts";
import { Programs } from "../transformer/programs.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { findParameter, getOrMake, quantizationOf } from "../transformer/weights.ts";
import { type CachePlace, KeyValueCache } from "./key-value-cache.ts";

export const LEAST_CAPACITY = 64;

/** Key-value cache capacity in tokens per row, doubled until the longest text fits. */
export function capacityFor(longest: number, capacity = LEAST_CAPACITY): number {
  return longest <= capacity ? capacity : capacityFor(longest, 2 * capacity);
}

/** Prompt length to pad to: few distinct values, so few programs are compiled. */
export function paddedPrompt(longest: number): number {
  return longest < 16 ? 2 ** Math.ceil(Math.log2(longest)) : Math.ceil(longest / 16) * 16;
}

/** Default byte limit for float32 weight copies: 1 GiB. */
export const COPIED_BYTES = 2 ** 30;

/**
 * Decoding steps at one cache capacity before weights are copied: for SmolLM2-135M a copy costs as much as 14 to 75
 * steps save.
 */
export const STEPS_BEFORE_COPYING = 32;

interface Piece {
  /** Token ids `[places.length, seq]`; any token may fill up a row. */
  readonly ids: Int32Array;
  readonly seq: number;
  readonly places: readonly CachePlace[];
  /** True if the piece has a token per cache row, attending to cached tokens; false if it has whole texts. */
  readonly continues: boolean;
}

/** Autoregressive decoder for several texts, one per row. Cached keys and values make a token cost one pass. */
export class Decoder {
  readonly #options: Transformer["options"];
  readonly #programs: Programs;
  /** Single-token programs with copied weights, for one cache capacity. */
  readonly #withCopies: Programs;
  #steps = 0;
  readonly #cache: KeyValueCache;
  readonly #texts: number[][];
  /** Longest text, in tokens, for which short-text rotary angles hold. */
  readonly #shortTexts: number;
  readonly #rotary = new Map<string, Record<string, Tensor>>();

  /**
   * @param copiedBytes limit for weights copied as float32; on a device that inputs travel to, weights are bound
   * instead.
   */
  constructor(options: Transformer["options"], rows: number, copiedBytes = COPIED_BYTES) {
    const { family, parameters } = options;
    this.#options = options;
    const fixed = {
      ...options,
      trainBase: false,
      recompute: "nothing",
      quantization: (name: string) => quantizationOf(parameters.get(name)),
      frozen: (name: string) => findParameter(parameters, name),
    } as const;
    this.#programs = new Programs(fixed);
    const copies = copiedBytes > 0 && !options.runtime.bindsConstants;
    this.#withCopies = copies ? new Programs({ ...fixed, copiedBytes }) : this.#programs;
    this.#shortTexts = Array.from(
      { length: family.layers },
      (_, layer) => family.kindOf(layer).rope?.shortTexts ?? Number.POSITIVE_INFINITY,
    ).reduce((least, limit) => Math.min(least, limit));
    this.#cache = new KeyValueCache(rows, LEAST_CAPACITY);
    this.#texts = Array.from({ length: rows }, () => []);
  }

  /** Reads a text into each row in `rows`. Returns the logits behind each last token, `[rows, vocab]`. */
  async begin(rows: readonly number[], texts: readonly (readonly number[])[]): Promise<Float32Array> {
    const before = this.#isLong();
    rows.forEach((row, i) => {
      this.#texts[row] = [...texts[i]!];
    });
    if (before !== this.#isLong()) return this.#reread(rows);
    return this.#read(rows);
  }

  /** Adds a token to each row; −1 adds none. Returns the logits behind each new token, `[all rows, vocab]`. */
  async step(tokens: readonly number[]): Promise<Float32Array> {
    const before = this.#isLong();
    const places = tokens.map((token, row) => ({
      row,
      start: this.#texts[row]!.length,
      count: token < 0 ? 0 : 1,
    }));
    tokens.forEach((token, row) => {
      if (token >= 0) this.#texts[row]!.push(token);
    });
    const all = tokens.map((_, row) => row);
    if (before !== this.#isLong()) return this.#reread(all);
    await this.#makeRoom();
    return this.#run({
      ids: Int32Array.from(tokens, (token) => Math.max(token, 0)),
      seq: 1,
      places,
      continues: true,
    });
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#programs.dispose(), this.#withCopies.dispose()]);
  }

  /** True if the longest text needs long-text angles, for the whole batch as in transformers. */
  #isLong(): boolean {
    return this.#longest() > this.#shortTexts;
  }

  #longest(): number {
    return this.#texts.reduce((most, { length }) => Math.max(most, length), 0);
  }

  async #reread(rows: readonly number[]): Promise<Float32Array> {
    const filled = this.#texts.flatMap(({ length }, row) => (length > 0 ? [row] : []));
    const logits = await this.#read(filled);
    const width = this.#options.family.vocabSize;
    const result = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      const from = filled.indexOf(row);
      if (from >= 0) result.set(logits.subarray(from * width, (from + 1) * width), i * width);
    });
    return result;
  }

  async #read(rows: readonly number[]): Promise<Float32Array> {
    await this.#makeRoom();
    const texts = rows.map((row) => this.#texts[row]!);
    const longest = texts.reduce((most, { length }) => Math.max(most, length), 0);
    const seq = paddedPrompt(longest);
    const ids = new Int32Array(rows.length * seq);
    texts.forEach((text, i) => {
      ids.set(text, i * seq);
    });
    const places = rows.map((row, i) => ({ row, start: 0, count: texts[i]!.length }));
    return this.#run({ ids, seq, places, continues: false });
  }

  async #makeRoom(): Promise<void> {
    const capacity = capacityFor(this.#longest(), this.#cache.capacity);
    if (capacity === this.#cache.capacity) return;
    this.#cache.grow(capacity);
    this.#steps = 0;
    if (this.#withCopies !== this.#programs) await this.#withCopies.dispose();
  }

  async #run(piece: Piece): Promise<Float32Array> {
    const { family, parameters } = this.#options;
    const { ids, seq, places, continues } = piece;
    const positions = Int32Array.from(ids, (_, i) => places[Math.floor(i / seq)]!.start + (i % seq));
    const earlier = continues ? this.#cache.capacity : 0;
    const layout = this.#layout(piece, positions, earlier);
    const programs = continues && this.#steps++ >= STEPS_BEFORE_COPYING ? this.#withCopies : this.#programs;
    let x = embed(family, { inputIds: ids, positions }, parameters);
    for (let layer = 0; layer < family.layers; layer++) {
      const shape = { batch: places.length, seq, earlier };
      const { program, executable } = await programs.blockPiece(shape, layer);
      const tensors = { ...layout(family.kindOf(layer)), ...(continues ? this.#cache.inputs(layer) : {}), x };
      const { y, ...own } = await executable.run(
        feedsOf(program, tensors, parameters, `${family.blockPath(layer)}.`),
      );
      this.#cache.store(layer, own as Tensors, places);
      x = y!;
    }
    const last = places.map(({ count }, i) => i * seq + Math.max(count - 1, 0));
    const { program, executable } = await programs.head("logits", { rows: last.length });
    const gathered = { x: gatherRows(x, last, last.length) };
    const { logits } = await executable.run(feedsOf(program, gathered, parameters));
    return floats(logits!);
  }

  #layout(
    { seq, places }: Piece,
    positions: Int32Array,
    earlier: number,
  ): (kind: LayerTraits) => Record<string, Tensor> {
    const shared = { positions: int64([places.length, seq], [...positions]) };
    const kinds = new Map<string, Record<string, Tensor>>();
    return (kind) =>
      getOrMake(kinds, kind.name, () => ({
        ...shared,
        mask: maskOf(places, seq, earlier, kind.window ?? Number.POSITIVE_INFINITY),
        ...this.#rotaryTables(kind, earlier + seq),
      }));
  }

  /** Rotary tables, made once per cache length. */
  #rotaryTables({ name, rope }: LayerTraits, rows: number): Record<string, Tensor> {
    if (!rope) return {};
    return getOrMake(this.#rotary, `${name} ${rows} ${this.#isLong()}`, () => {
      const { cos, sin } = rope.tables(rows, this.#longest());
      const shape = [rows, rope.rotaryDim / 2];
      return { cos: float32(shape, cos), sin: float32(shape, sin) };
    });
  }
}

/**
 * Attention mask `[batch, 1, 1, seq, earlier + seq]`: a token sees itself and the row's earlier tokens within the
 * window.
 */
function maskOf(places: readonly CachePlace[], seq: number, earlier: number, window: number): Tensor {
  const width = earlier + seq;
  const mask = new Float32Array(places.length * seq * width).fill(HIDDEN);
  places.forEach(({ start }, i) => {
    for (let query = 0; query < seq; query++) {
      const row = (i * seq + query) * width;
      const first = start + query - window + 1;
      if (earlier > 0 && first < start) mask.fill(0, row + Math.max(first, 0), row + start);
      mask.fill(0, row + earlier + Math.max(first - start, 0), row + earlier + query + 1);
    }
  });
  return float32([places.length, 1, 1, seq, width], mask);
}
