import { type Program, sizeOf } from "@lorank/graph";
import {
  COPIED_BYTES,
  capacityFor,
  LEAST_CAPACITY,
  paddedPrompt,
  STEPS_BEFORE_COPYING,
} from "../generate/decoder.ts";
import { getOrMake } from "../transformer/weights.ts";
import type { Held, Ledger } from "./ledger.ts";
import { BYTES_OF_PROGRAM, kindsOf, type PlannedModel } from "./planned-model.ts";

/** Sequences that go through the model at once, behind `earlier` places for tokens that were read before. */
interface Pass {
  readonly batch: number;
  readonly seq: number;
  readonly earlier: number;
}

/** Inputs of a decoder's programs that are no weights. */
const NO_WEIGHTS = new Set(["x", "mask", "positions", "cos", "sin", "earlierKeys", "earlierValues"]);
const KEYS_AND_VALUES = ["keys", "values"] as const;

/** A `Decoder` without weights: enters into a ledger what it takes and gives back. */
export class PlannedDecoder {
  readonly #model: PlannedModel;
  readonly #rows: number;
  readonly #ledger: Ledger;
  /** Keys and values of each layer, and the bytes of one token of a row. */
  readonly #cache = new Map<number, { arrays: Held[]; readonly tokenBytes: number }>();
  /** Lengths of the rotary tables that were made. */
  readonly #tables = new Set<number>();
  #capacity = LEAST_CAPACITY;
  /** Steps at this capacity. */
  #steps = 0;
  #laidOut: Held[] = [];

  constructor(model: PlannedModel, rows: number, ledger: Ledger) {
    this.#model = model;
    this.#rows = rows;
    this.#ledger = ledger;
  }

  /** Reads texts of so many tokens; the pass itself only if `runs`. */
  async begin(lengths: readonly number[], runs: boolean): Promise<void> {
    const longest = Math.max(...lengths);
    this.#makeRoom(longest);
    if (runs) await this.#run({ batch: lengths.length, seq: paddedPrompt(longest), earlier: 0 });
  }

  /** Adds a token to each row, of which the longest then has `longest`; the pass itself only if `runs`. */
  async step(longest: number, runs: boolean): Promise<void> {
    this.#makeRoom(longest);
    const pass = { batch: this.#rows, seq: 1, earlier: this.#capacity };
    if (this.#steps++ === STEPS_BEFORE_COPYING) await this.#keep(pass);
    if (runs) await this.#run(pass);
  }

  /** Gives all back. */
  drop(): void {
    for (const block of this.#laidOut) this.#ledger.free(block);
    for (const { arrays } of this.#cache.values()) this.#ledger.drop(arrays);
  }

  #makeRoom(longest: number): void {
    const capacity = capacityFor(longest, this.#capacity);
    if (capacity === this.#capacity) return;
    this.#capacity = capacity;
    this.#steps = 0;
    for (const layer of this.#cache.values())
      layer.arrays = layer.arrays.map((old) => {
        const grown = this.#rowsOf(layer.tokenBytes);
        this.#ledger.drop([old]);
        return grown;
      });
    for (const block of this.#laidOut) this.#ledger.free(block);
    this.#laidOut = [];
  }

  #rowsOf(tokenBytes: number): Held {
    return this.#ledger.array("keyValueCache", this.#rows * this.#capacity * tokenBytes);
  }

  /** One pass. Outputs are copied into fresh arrays, keys and values from there into the cache. */
  async #run(pass: Pass): Promise<void> {
    const { family } = this.#model;
    const { batch, seq, earlier } = pass;
    const arrays = [this.#ledger.array("batch", 4 * batch * seq * family.hiddenSize)];
    for (const { rope } of kindsOf(family)) {
      arrays.push(this.#ledger.array("batch", 4 * batch * seq * (earlier + seq)));
      // Cosines and sines of half the dimensions each.
      if (rope && !this.#tables.has(earlier + seq))
        this.#ledger.array("batch", 4 * (earlier + seq) * rope.rotaryDim);
    }
    this.#tables.add(earlier + seq);
    for (let layer = 0; layer < family.layers; layer++) {
      const program = await this.#blockPiece(pass, layer);
      this.#model.copiedRun(program);
      const [, kvHeads, , headDim] = program.outputs.keys!.shape;
      const tokenBytes = 4 * kvHeads! * headDim!;
      getOrMake(this.#cache, layer, () => ({
        arrays: KEYS_AND_VALUES.map(() => this.#rowsOf(tokenBytes)),
        tokenBytes,
      }));
    }
    await this.#model.runHead("logits", { rows: batch });
    this.#ledger.drop(arrays);
  }

  async #blockPiece(pass: Pass, layer: number): Promise<Program> {
    const { programs, plan } = this.#model;
    const { program } = await programs.blockPiece({ ...pass, layer: plan.alike[layer]! }, layer);
    return program;
  }

  /** Compiles a program for each layer that keeps its weights, within the limit. */
  async #keep(pass: Pass): Promise<void> {
    const layers = [...Array(this.#model.family.layers).keys()];
    const blocks = await Promise.all(layers.map((layer) => this.#blockPiece(pass, layer)));
    const head = await this.#model.programs.head("logits", { rows: pass.batch });
    let left = COPIED_BYTES;
    for (const program of [...blocks, head.program]) {
      const weights = weightBytes(program);
      const bytes = weights.reduce((sum, size) => sum + size, 0);
      if (bytes > left) continue;
      left -= bytes;
      this.#laidOut.push(this.#ledger.keep("programs", BYTES_OF_PROGRAM), ...this.#layOut(weights, bytes));
    }
  }

  /** A model with its weights is written, read by onnxruntime, and the weights are laid out one by one. */
  #layOut(weights: readonly number[], bytes: number): Held[] {
    const written = this.#ledger.array("batch", bytes);
    const read = weights.map((size) => this.#ledger.keep("temporaries", size));
    const tensors = weights.map((size) => this.#ledger.block(size));
    for (const each of read) this.#ledger.free(each);
    const blocks = tensors.map((tensor) => {
      const block = this.#ledger.block(tensor.bytes, "laidOutWeights");
      this.#ledger.free(tensor);
      return block;
    });
    this.#ledger.drop([written]);
    return blocks;
  }
}

/** Bytes of each weight of a program: codes of 4 bits become float32. */
function weightBytes({ inputs }: Program): number[] {
  return inputs.flatMap(({ name, value: { dtype, shape } }) =>
    NO_WEIGHTS.has(name) ? [] : [(dtype === "uint8" ? 8 : 4) * sizeOf(shape)],
  );
}
