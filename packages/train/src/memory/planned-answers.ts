import { sizeOf } from "@lorank/graph";
import {
  COPIED_BYTES,
  capacityFor,
  LEAST_CAPACITY,
  paddedPrompt,
  STEPS_BEFORE_COPYING,
} from "../generate/decoder.ts";
import { readTogether } from "../generate/generate.ts";
import type { LayoutShape } from "../transformer/layout.ts";
import type { Held, Ledger } from "./ledger.ts";
import { BYTES_OF_PROGRAM, kindsOf, type PlannedModel } from "./planned-model.ts";

/** Prompt lengths in tokens, answer length and batch size, which decide the memory for answers. */
export interface AnswersShape {
  readonly prompts: readonly number[];
  /** Most tokens per answer, assumed for all. */
  readonly maxNewTokens: number;
  readonly batch: number;
}

/** Simulation limits: batches of prompts, and steps after each doubling of the cache capacity. */
const SEVERAL = 4;
const STEPS = 2;

/** Simulates answering prompts as `generate` does, shortest first. */
export async function planAnswers(
  model: PlannedModel,
  { prompts, maxNewTokens, batch }: AnswersShape,
): Promise<void> {
  const lengths = [...prompts].sort((a, b) => a - b);
  const rows = Math.min(batch, lengths.length);
  const decoder = new PlannedDecoder(model, rows);
  const room = model.options.family.embeddings.positions?.rows ?? Number.POSITIVE_INFINITY;
  const batches = Math.ceil(lengths.length / rows);
  const every = Math.max(1, batches / SEVERAL);
  for (let i = 0; i < batches; i++) {
    const left = batches - 1 - i; // 0 for the longest prompts, always examined
    const looks = Math.floor(left / every) !== Math.floor((left - 1) / every);
    const queue = lengths.slice(i * rows, (i + 1) * rows);
    const longest = queue.at(-1)!;
    while (queue.length > 0) await decoder.begin(queue.splice(0, readTogether(queue)), looks);
    const most = Math.min(longest + maxNewTokens - 1, room);
    for (let length = longest + 1; length <= most; length++) {
      const isNew = length <= longest + STEPS || Math.log2(length - 1) % 1 === 0;
      await decoder.step(length, looks && isNew);
    }
  }
  decoder.drop();
}

const NO_WEIGHTS = new Set(["x", "mask", "positions", "cos", "sin", "earlierKeys", "earlierValues"]);

/** Pass over sequences that follow `earlier` cached tokens. */
type Pass = Required<LayoutShape>;

/** Simulates `Decoder` without weights; memory is booked in a ledger. */
class PlannedDecoder {
  readonly #model: PlannedModel;
  readonly #rows: number;
  #cache: Held[] = [];
  readonly #tables = new Set<number>();
  #capacity = LEAST_CAPACITY;
  #steps = 0;
  #laidOut: Held[] = [];

  constructor(model: PlannedModel, rows: number) {
    this.#model = model;
    this.#rows = rows;
  }

  get #ledger(): Ledger {
    return this.#model.ledger;
  }

  /** Reads texts with these lengths; simulates the pass only if `runs`. */
  async begin(lengths: readonly number[], runs: boolean): Promise<void> {
    const longest = Math.max(...lengths);
    this.#makeRoom(longest);
    if (runs) await this.#run({ batch: lengths.length, seq: paddedPrompt(longest), earlier: 0 });
  }

  /** Adds a token per row; simulates the pass only if `runs`. */
  async step(longest: number, runs: boolean): Promise<void> {
    this.#makeRoom(longest);
    const pass = { batch: this.#rows, seq: 1, earlier: this.#capacity };
    if (this.#steps++ === STEPS_BEFORE_COPYING) await this.#keep(pass);
    if (runs) await this.#run(pass);
  }

  drop(): void {
    this.#forgetLaidOut();
    this.#ledger.drop(this.#cache);
  }

  #makeRoom(longest: number): void {
    const capacity = capacityFor(longest, this.#capacity);
    if (capacity === this.#capacity) return;
    const times = capacity / this.#capacity;
    this.#cache = this.#cache.map((old) => {
      const grown = this.#ledger.array("keyValueCache", times * old.bytes);
      this.#ledger.drop([old]);
      return grown;
    });
    this.#capacity = capacity;
    this.#steps = 0;
    this.#forgetLaidOut();
  }

  #forgetLaidOut(): void {
    for (const block of this.#laidOut) this.#ledger.free(block);
    this.#laidOut = [];
  }

  /** Copies outputs into new arrays, then keys and values into the cache. */
  async #run(pass: Pass): Promise<void> {
    const { family } = this.#model.options;
    const { batch, seq, earlier } = pass;
    const length = earlier + seq;
    const arrays = [this.#ledger.array("batch", 4 * batch * seq * family.hiddenSize)];
    for (const { rope } of kindsOf(family)) {
      arrays.push(this.#ledger.array("batch", 4 * batch * seq * length));
      // Cosine and sine tables cover half the dimensions each.
      if (rope && !this.#tables.has(length)) this.#ledger.array("batch", 4 * length * rope.rotaryDim);
    }
    this.#tables.add(length);
    for (let layer = 0; layer < family.layers; layer++) {
      const { program } = await this.#model.programs.blockPiece(pass, layer);
      this.#model.copiedRun(program);
      if (this.#cache.length > 2 * layer) continue;
      const [, kvHeads, , headDim] = program.outputs.keys!.shape;
      const bytes = 4 * this.#rows * kvHeads! * this.#capacity * headDim!;
      this.#cache.push(
        this.#ledger.array("keyValueCache", bytes),
        this.#ledger.array("keyValueCache", bytes),
      );
    }
    await this.#model.runHead("logits", { rows: batch });
    this.#ledger.drop(arrays);
  }

  /** Books programs with copied weights for each layer and the head, up to the byte limit. */
  async #keep(pass: Pass): Promise<void> {
    const { options, programs } = this.#model;
    const blocks = [...Array(options.family.layers).keys()].map((layer) => programs.blockPiece(pass, layer));
    const all = await Promise.all([...blocks, programs.head("logits", { rows: pass.batch })]);
    let left = COPIED_BYTES;
    for (const { program } of all) {
      const weights = program.inputs.filter(({ name }) => !NO_WEIGHTS.has(name));
      // Copies of 4-bit codes (two weights a byte) become float32.
      const sizes = weights.map(({ value: { dtype, shape } }) => (dtype === "uint8" ? 8 : 4) * sizeOf(shape));
      const bytes = sizes.reduce((total, size) => total + size, 0);
      if (bytes > left) continue;
      left -= bytes;
      this.#laidOut.push(this.#ledger.keep("programs", BYTES_OF_PROGRAM));
      this.#layOut(sizes, bytes);
    }
  }

  /** Weights are written, read by onnxruntime, and laid out one after another. */
  #layOut(sizes: readonly number[], bytes: number): void {
    const written = this.#ledger.array("batch", bytes);
    const read = sizes.map((size) => this.#ledger.keep("temporaries", size));
    const tensors = sizes.map((size) => this.#ledger.block(size));
    for (const each of read) this.#ledger.free(each);
    for (const tensor of tensors) {
      this.#laidOut.push(this.#ledger.block(tensor.bytes, "laidOutWeights"));
      this.#ledger.free(tensor);
    }
    this.#ledger.drop([written]);
  }
}
