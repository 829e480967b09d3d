import {
  type Executable,
  type Program,
  type Recompute,
  type RunMemory,
  type Runtime,
  runMemory,
  sizeOf,
} from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import type { Family, HeadModule, LayerTraits } from "../families/family.ts";
import {
  countSequences,
  headPasses,
  type MicroBatch,
  type QueryTokens,
  queryTokensOf,
  rowsWithTarget,
} from "../transformer/batch.ts";
import {
  type BlockVariant,
  blockVariant,
  type LayerPlan,
  type PieceVariant,
  planLayers,
} from "../transformer/block-program.ts";
import { Programs } from "../transformer/programs.ts";
import { getOrMake, type Quantization } from "../transformer/weights.ts";
import { workspaceKey, workspacePlaces } from "../transformer/workspace.ts";
import type { Held, Ledger } from "./ledger.ts";

interface PlannedModelOptions {
  readonly family: Family;
  readonly head: HeadModule;
  readonly adapter: AdapterShape;
  readonly recompute: Recompute;
  /** The format of a weight, by checkpoint name. */
  readonly quantization: (name: string) => Quantization | undefined;
}

/**
 * Bytes of one compiled program in onnxruntime and here, with the allocator of a trial. Blocks of two sizes, forward,
 * backward and evaluation, over 16 lengths: 0.45 to 0.48 and 0.57 to 0.66 MB. Source: bench/session-bytes.ts,
 * onnxruntime-node 1.30
 */
export const BYTES_OF_PROGRAM = 0.55e6;
/** The smallest trial, which the process's own bytes were measured with, has that many: of two blocks and a head. */
const PROGRAMS_OF_PROCESS = 8;

/** Compiles to nothing: only the shapes of a program are used, and its number. */
const planning = (compiled: () => void): Runtime => ({
  name: "none",
  device: "cpu",
  compile: async (): Promise<Executable> => {
    compiled();
    return {
      run: () => Promise.reject(new Error("a planned program cannot be run")),
      dispose: async () => {},
    };
  },
});

/**
 * A model without weights. It makes the very programs that {@link Transformer} would run for batches of these shapes,
 * in the same order. It enters into a ledger what they take and give back.
 */
export class PlannedModel {
  readonly #options: PlannedModelOptions;
  readonly #ledger: Ledger;
  readonly #programs: Programs;
  readonly #plan: LayerPlan;
  readonly #memory = new Map<Program, RunMemory>();
  /** Outputs of blocks by their place. */
  readonly #workspace = new Map<string, Held>();
  #compiled = 0;
  /** Bytes that the 4-bit weights of the largest program are decoded into. */
  decoded = 0;

  constructor(options: PlannedModelOptions, ledger: Ledger) {
    this.#options = options;
    this.#ledger = ledger;
    const { family, adapter, quantization } = options;
    const runtime = planning(() => this.#keepProgram());
    const noWeights = { runtime, trainBase: false, frozen: () => undefined };
    this.#programs = new Programs({ ...options, ...noWeights });
    this.#plan = planLayers(family, adapter, false, quantization);
  }

  get family(): Family {
    return this.#options.family;
  }

  #keepProgram(): void {
    if (++this.#compiled > PROGRAMS_OF_PROCESS) this.#ledger.keep("programs", BYTES_OF_PROGRAM);
  }

  /** Keeps the programs that training on `shapes` takes, but for those of `played`, which {@link train} compiles. */
  keepPrograms(shapes: readonly BatchShape[], played: readonly BatchShape[]): void {
    const keysOf = (all: readonly BatchShape[]) => new Set(all.flatMap((shape) => this.#trainingKeys(shape)));
    const own = keysOf(played);
    for (const key of keysOf(different(shapes))) if (!own.has(key)) this.#keepProgram();
  }

  /** A key for each program that {@link train} runs: shapes with equal keys share it. */
  #trainingKeys(shape: BatchShape): string[] {
    const { family, adapter } = this.#options;
    const blocks = Array.from({ length: family.layers }, (_, layer) => {
      const key = JSON.stringify(this.#variant(shape, layer, adapter.dropout > 0));
      return layer < this.#plan.lowestTrained ? [key] : [`forward ${key}`, `backward ${key}`];
    });
    return [...blocks.flat(), ...this.#headPasses(shape).map((rows) => `head ${rows}`)];
  }

  /** One micro-batch forward and backward. */
  async train(shape: BatchShape): Promise<void> {
    const { family, adapter } = this.#options;
    const { layers, hiddenSize } = family;
    const { lowestTrained } = this.#plan;
    const training = adapter.dropout > 0;
    const variants = Array.from({ length: layers }, (_, layer) => this.#variant(shape, layer, training));
    const batch = await this.#embedded(shape);
    for (const [layer, variant] of variants.entries()) {
      if (layer < lowestTrained) {
        this.#run("evaluate", layer, (await this.#programs.blockEvaluation(variant, layer)).program);
        continue;
      }
      if (training) batch.push(this.#array(this.#dropoutMaskBytes(shape, layer)));
      this.#run("forward", layer, (await this.#programs.blockForward(variant, layer)).program);
    }
    const inputGradient = lowestTrained < layers;
    if (inputGradient) batch.push(this.#array(4 * lastRows(shape) * hiddenSize));
    for (const rows of this.#headPasses(shape))
      this.headRun((await this.#programs.headTraining({ rows, training, inputGradient })).program, rows);
    for (let layer = layers - 1; layer >= lowestTrained; layer--)
      this.#run("backward", layer, (await this.#programs.blockBackward(variants[layer]!, layer)).program);
    this.#ledger.drop(batch);
  }

  /** One batch of which the losses are computed. */
  async evaluate(shape: BatchShape): Promise<void> {
    const batch = await this.#embedded(shape);
    for (let layer = 0; layer < this.#options.family.layers; layer++) {
      const variant = this.#variant(shape, layer, false);
      this.#run("evaluate", layer, (await this.#programs.blockEvaluation(variant, layer)).program);
    }
    for (const rows of this.#headPasses(shape)) {
      const variant = { rows, training: false, inputGradient: false };
      this.headRun((await this.#programs.headLosses(variant)).program, rows);
    }
    this.#ledger.drop(batch);
  }

  /** The program of one block of a decoder. */
  async blockPiece(variant: Omit<PieceVariant, "layer">, layer: number): Promise<Program> {
    const { program } = await this.#programs.blockPiece(
      { ...variant, layer: this.#plan.alike[layer]! },
      layer,
    );
    return program;
  }

  async headLogits(rows: number): Promise<Program> {
    return (await this.#programs.headLogits(rows)).program;
  }

  /** A block's program, whose float32 outputs lie in the workspace. */
  #run(role: "forward" | "evaluate" | "backward", layer: number, program: Program): void {
    for (const { place, shape } of workspacePlaces(workspaceKey(role, layer), program)) {
      const bytes = 4 * sizeOf(shape);
      const known = this.#workspace.get(place);
      if (known && known.bytes >= bytes) continue;
      this.#workspace.set(
        place,
        this.#ledger.array(role === "forward" ? "keptForBackward" : "workspaces", bytes),
      );
      if (known) this.#ledger.drop([known]);
    }
    this.#allocate(program, (name) => program.outputs[name]!.dtype === "float32");
  }

  /** A head's program, on rows that are gathered for it. */
  headRun(program: Program, rows: number): void {
    const gathered = this.#array(4 * rows * this.#options.family.hiddenSize);
    this.copiedRun(program);
    this.#ledger.drop([gathered]);
  }

  /** A program whose outputs have no place in the workspace: they are copied into fresh arrays. */
  copiedRun(program: Program): void {
    this.#allocate(program, () => false);
    this.#ledger.drop(Object.values(program.outputs).map(({ shape }) => this.#array(4 * sizeOf(shape))));
  }

  #allocate(program: Program, isGiven: (output: string) => boolean): void {
    const { allocations, decodedBytes } = getOrMake(this.#memory, program, () => runMemory(program, isGiven));
    this.decoded = Math.max(this.decoded, decodedBytes);
    const ends = new Map<number, Held[]>();
    let place = 0;
    const release = (until: number): void => {
      for (; place < until; place++) for (const block of ends.get(place) ?? []) this.#ledger.free(block);
    };
    for (const { bytes, start, end } of allocations) {
      release(start);
      ends.set(end, [...(ends.get(end) ?? []), this.#ledger.block(bytes)]);
    }
    release(Math.max(0, ...ends.keys()) + 1);
  }

  /** Embedded tokens, and for each kind of layer a mask of every pair of tokens. */
  async #embedded({ sequences, seq, queryCount }: BatchShape): Promise<Held[]> {
    const { family } = this.#options;
    const rows = sequences * seq;
    const pairs = rows * (seq + (queryCount === "all" ? 0 : queryCount));
    const x = this.#array(4 * rows * family.hiddenSize);
    const norm = await this.#programs.embeddingNorm(rows);
    const normed = norm ? [this.#array(4 * rows * family.hiddenSize)] : [];
    if (norm) {
      this.#allocate(norm.program, () => false);
      this.#ledger.drop([x]);
    }
    const masks = kindsOf(family).map(() => this.#array(4 * pairs));
    return [...(norm ? normed : [x]), ...masks];
  }

  #array(bytes: number): Held {
    return this.#ledger.array("batch", bytes);
  }

  #variant({ sequences, seq, queryCount }: BatchShape, layer: number, training: boolean): BlockVariant {
    const shape = { batch: sequences, seq, queryCount, training, trainBase: false };
    return blockVariant(this.#plan, this.#options.family, layer, shape);
  }

  /** Rows of each pass through the head. */
  #headPasses({ targets }: BatchShape): number[] {
    const { head } = this.#options;
    if (head.reads === "one") return [targets];
    const rows = Array.from({ length: targets }, (_, row) => row);
    return headPasses(rows, head.linears.at(-1)!.outDim).map(({ size }) => size);
  }

  /** A byte for each element that an adapter of this block reads. */
  #dropoutMaskBytes(shape: BatchShape, layer: number): number {
    const { family, adapter } = this.#options;
    const isLast = layer === family.layers - 1;
    const adapted = family.linears.filter(({ path }) =>
      adapter.modules.has(`${family.blockPath(layer)}.${path}`),
    );
    return adapted.reduce((sum, { path, inDim }) => {
      const every = !isLast || family.keyValuePaths.has(path);
      return sum + inDim * (every ? shape.sequences * shape.seq : lastRows(shape));
    }, 0);
  }
}

/** One layer of each kind. */
export function kindsOf(family: Family): LayerTraits[] {
  const kinds = Array.from({ length: family.layers }, (_, layer) => family.kindOf(layer));
  return [...new Map(kinds.map((kind) => [kind.name, kind])).values()];
}

/** Rows that the last block returns. */
function lastRows({ sequences, seq, queryCount }: BatchShape): number {
  return sequences * (queryCount === "all" ? seq : queryCount);
}

/** The shape that decides the memory of one pass through the model. */
export interface BatchShape {
  readonly sequences: number;
  /** Tokens in each of them, pads included. */
  readonly seq: number;
  /** Tokens of each sequence that the last block is computed for. */
  readonly queryCount: QueryTokens["count"];
  /** Examples (to classify) or tokens with a target (causal-lm). */
  readonly targets: number;
}

/** The shape of a micro-batch as it is trained on, or as its losses alone are computed. */
export function shapeOf(batch: MicroBatch, { attends }: Family, { reads }: HeadModule): BatchShape {
  const targets = reads === "one" ? batch.lengths.length : rowsWithTarget(batch.targets).length;
  const { count } = queryTokensOf(batch, { attends, reads, needs: "targets" });
  return { sequences: countSequences(batch), seq: batch.seq, queryCount: count, targets };
}

/** Shapes that are looked at; each costs some tens of milliseconds. */
const SEVERAL = 8;

function different(shapes: readonly BatchShape[]): BatchShape[] {
  return [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
}

/** Different ones of many shapes: the largest by tokens, and others down to the smallest. */
export function severalShapes(shapes: readonly BatchShape[]): BatchShape[] {
  const tokens = ({ sequences, seq }: BatchShape): number => sequences * seq;
  const sorted = different(shapes).sort((a, b) => tokens(b) - tokens(a) || b.seq - a.seq);
  const step = Math.max(1, sorted.length / SEVERAL);
  return sorted.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}
