import { type Executable, type Program, type RunMemory, runMemory, sizeOf } from "@lorank/graph";
import type { Family, HeadModule, LayerTraits } from "../families/family.ts";
import {
  countSequences,
  headPasses,
  type MicroBatch,
  type QueryTokens,
  queryTokensOf,
  rowsWithTarget,
} from "../transformer/batch.ts";
import type { BlockOptions, BlockRun, BlockRuns } from "../transformer/block-program.ts";
import { maskedLinears } from "../transformer/dropout-masks.ts";
import { Programs, type ProgramsOptions } from "../transformer/programs.ts";
import { getOrMake } from "../transformer/weights.ts";
import { workspacePlaces } from "../transformer/workspace.ts";
import type { Held, Ledger } from "./ledger.ts";

type PlannedModelOptions = Omit<BlockOptions, "trainBase"> & Pick<ProgramsOptions, "head">;

/**
 * Bytes per compiled program. Blocks in two sizes (forward, backward, evaluation; 16 lengths) take 0.45 to 0.48 and
 * 0.57 to 0.66 MB. Source: bench/session-bytes.ts, onnxruntime-node 1.30
 */
export const BYTES_OF_PROGRAM = 0.55e6;
/** Count of programs in the smallest trial, whose bytes a process's measured bytes already contain. */
const PROGRAMS_OF_PROCESS = 8;

/**
 * Simulated model without weights: builds the real programs in order, runs none, and books their memory in a ledger.
 */
export class PlannedModel {
  readonly options: PlannedModelOptions;
  readonly ledger: Ledger;
  readonly programs: Programs;
  readonly #memory = new Map<Program, RunMemory>();
  readonly #workspace = new Map<string, Held>();
  #compiled = 0;
  decoded = 0;

  constructor(options: PlannedModelOptions, ledger: Ledger) {
    this.options = options;
    this.ledger = ledger;
    const compile = async (): Promise<Executable> => {
      this.#keepProgram();
      return { run: async () => ({}), dispose: async () => {} };
    };
    const runtime = { name: "none", device: "cpu", compile };
    this.programs = new Programs({ ...options, runtime, trainBase: false, frozen: () => undefined });
  }

  #keepProgram(): void {
    if (++this.#compiled > PROGRAMS_OF_PROCESS) this.ledger.keep("programs", BYTES_OF_PROGRAM);
  }

  /** Books the programs for all `shapes`, except those that {@link pass} has already compiled for `played`. */
  keepPrograms(shapes: readonly BatchShape[], played: readonly BatchShape[]): void {
    const keysOf = (all: readonly BatchShape[]) => new Set(all.flatMap((shape) => this.#trainingKeys(shape)));
    const own = keysOf(played);
    for (const key of keysOf(different(shapes))) if (!own.has(key)) this.#keepProgram();
  }

  #trainingKeys(shape: BatchShape): string[] {
    const { forward, backward } = this.#runs(shape, true);
    const blocks = [...forward, ...backward].map(({ role, variant }) => JSON.stringify([role, variant]));
    return [...blocks, ...this.#headPasses(shape).map((rows) => `head ${rows}`)];
  }

  /** Simulates a batch: forward, and backward if it `trains`; else only losses. */
  async pass(shape: BatchShape, { trains }: { readonly trains: boolean }): Promise<void> {
    const { family, adapter } = this.options;
    const { forward, backward } = this.#runs(shape, trains);
    const batch = await this.#embedded(shape);
    for (const run of forward) {
      if (run.variant.training && run.role === "forward")
        batch.push(this.#array(this.#maskBytes(shape, run.layer)));
      await this.#runBlock(run);
    }
    const inputGradient = backward.length > 0;
    if (inputGradient) batch.push(this.#array(4 * lastRows(shape) * family.hiddenSize));
    const training = trains && adapter.dropout > 0;
    for (const rows of this.#headPasses(shape))
      await this.runHead(trains ? "train" : "losses", { rows, training, inputGradient });
    for (const run of backward) await this.#runBlock(run);
    this.ledger.drop(batch);
  }

  async #runBlock(run: BlockRun): Promise<void> {
    const { program } = await this.programs.block(run);
    for (const { place, shape } of workspacePlaces(run, program)) {
      const bytes = 4 * sizeOf(shape);
      const known = this.#workspace.get(place);
      if (known && known.bytes >= bytes) continue;
      const heldFor = run.role === "forward" ? "keptForBackward" : "workspaces";
      this.#workspace.set(place, this.ledger.array(heldFor, bytes));
      if (known) this.ledger.drop([known]);
    }
    this.#allocate(program, (name) => program.outputs[name]!.dtype === "float32");
  }

  async runHead(...[role, variant]: Parameters<Programs["head"]>): Promise<void> {
    const { program } = await this.programs.head(role, variant);
    const gathered = this.#array(4 * variant.rows * this.options.family.hiddenSize);
    this.copiedRun(program);
    this.ledger.drop([gathered]);
  }

  /** Simulates a program whose outputs are copied into new arrays. */
  copiedRun(program: Program): void {
    this.#allocate(program, () => false);
    this.ledger.drop(Object.values(program.outputs).map(({ shape }) => this.#array(4 * sizeOf(shape))));
  }

  #allocate(program: Program, isGiven: (output: string) => boolean): void {
    const { allocations, decodedBytes } = getOrMake(this.#memory, program, () => runMemory(program, isGiven));
    this.decoded = Math.max(this.decoded, decodedBytes);
    const ends = new Map<number, Held[]>();
    let place = 0;
    const release = (until: number): void => {
      for (; place < until; place++) for (const block of ends.get(place) ?? []) this.ledger.free(block);
    };
    for (const { bytes, start, end } of allocations) {
      release(start);
      ends.set(end, [...(ends.get(end) ?? []), this.ledger.block(bytes)]);
    }
    release(Math.max(0, ...ends.keys()) + 1);
  }

  /** Books embedded tokens, and for each layer kind a mask over token pairs. */
  async #embedded({ sequences, seq, queryCount }: BatchShape): Promise<Held[]> {
    const { family } = this.options;
    const rows = sequences * seq;
    const pairs = rows * (seq + (queryCount === "all" ? 0 : queryCount));
    const arrays = [this.#array(4 * rows * family.hiddenSize)];
    const norm = await this.programs.embeddingNorm(rows);
    if (norm) {
      arrays.push(this.#array(4 * rows * family.hiddenSize));
      this.#allocate(norm.program, () => false);
      this.ledger.drop(arrays.splice(0, 1));
    }
    for (const _ of kindsOf(family)) arrays.push(this.#array(4 * pairs));
    return arrays;
  }

  /** Dropout mask bytes for a block: one per element an adapter reads. */
  #maskBytes(shape: BatchShape, layer: number): number {
    const { family, adapter } = this.options;
    return maskedLinears(layer, family, adapter).reduce((bytes, { inDim, isQueried }) => {
      return bytes + inDim * (isQueried ? lastRows(shape) : shape.sequences * shape.seq);
    }, 0);
  }

  #array(bytes: number): Held {
    return this.ledger.array("batch", bytes);
  }

  #runs({ sequences, seq, queryCount }: BatchShape, trains: boolean): BlockRuns {
    const training = trains && this.options.adapter.dropout > 0;
    return this.programs.runs({ batch: sequences, seq, queryCount, training }, trains);
  }

  #headPasses({ targets }: BatchShape): number[] {
    return headPasses([...Array(targets).keys()], this.options.head).map(({ size }) => size);
  }
}

export function kindsOf(family: Family): LayerTraits[] {
  const kinds = Array.from({ length: family.layers }, (_, layer) => family.kindOf(layer));
  return [...new Map(kinds.map((kind) => [kind.name, kind])).values()];
}

function lastRows({ sequences, seq, queryCount }: BatchShape): number {
  return sequences * (queryCount === "all" ? seq : queryCount);
}

/** Micro-batch sizes that decide the memory for a pass. */
export interface BatchShape {
  readonly sequences: number;
  /** Tokens per sequence, padding included. */
  readonly seq: number;
  /** Tokens per sequence the last block computes. */
  readonly queryCount: QueryTokens["count"];
  /** Target count: examples (classification) or tokens with a target (causal-lm). */
  readonly targets: number;
}

/** Shape of a micro-batch, in training or to compute losses only. */
export function shapeOf(batch: MicroBatch, { attends }: Family, { reads }: HeadModule): BatchShape {
  const targets = reads === "one" ? batch.lengths.length : rowsWithTarget(batch.targets).length;
  const { count } = queryTokensOf(batch, { attends, reads, needs: "targets" });
  return { sequences: countSequences(batch), seq: batch.seq, queryCount: count, targets };
}

/** Most batch shapes to simulate, each of which takes some tens of milliseconds. */
const SEVERAL = 8;

function different(shapes: readonly BatchShape[]): BatchShape[] {
  return [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
}

/** Sample of the distinct batch shapes, from the most tokens to the fewest. */
export function severalShapes(shapes: readonly BatchShape[]): BatchShape[] {
  const tokens = ({ sequences, seq }: BatchShape): number => sequences * seq;
  const sorted = different(shapes).sort((a, b) => tokens(b) - tokens(a) || b.seq - a.seq);
  const step = Math.max(1, sorted.length / SEVERAL);
  return sorted.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}
