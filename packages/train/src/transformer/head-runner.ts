import { float32, floats, int64, type Tensor, type Tensors } from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import type { Family, HeadModule } from "../families/family.ts";
import {
  exampleOfTokens,
  type HeadPass,
  headPasses,
  IGNORE_INDEX,
  type MicroBatch,
  rowsWithTarget,
} from "./batch.ts";
import type { DropoutMask } from "./dropout-masks.ts";
import { dropoutMaskName, feedsOf, gradientName } from "./module-inputs.ts";
import type { Compiled, Programs } from "./programs.ts";
import type { BaseWeight } from "./weights.ts";

interface HeadRunnerOptions {
  readonly family: Family;
  readonly head: HeadModule;
  readonly adapter: AdapterShape;
  readonly programs: Programs;
  readonly parameters: ReadonlyMap<string, BaseWeight>;
}

export interface RunOutputs {
  /**
   * Negative log probability of each example's target, or of each token's `[batch * seq]`, in nats; 0 where there is
   * none.
   */
  readonly losses: Float32Array;
  /** 1 where the most probable class is the target. */
  readonly hits: Uint8Array;
  /** `[rows, classes]`; only from `Transformer.evaluate`. */
  readonly logits?: Float32Array;
}

/** The output of the last block. */
export interface LastBlock {
  /** `[rows, hidden]` */
  readonly x: Tensor;
  readonly batch: MicroBatch;
  /** Row of x for each example (to classify) or token (causal-lm), −1 where there is none. */
  readonly places: Int32Array;
}

interface HeadStep extends LastBlock {
  /** Weight of each target in the loss: one for all, or one for each example. */
  readonly weight: number | Float32Array;
  readonly dropoutMask: DropoutMask | undefined;
  /** True if the gradient goes on to the last block. */
  readonly inputGradient: boolean;
  /** Takes the gradients of each pass, `d.<name>`. */
  readonly collect: (outputs: Tensors) => void;
}

/** Runs what follows the last block, on the rows that matter and a part of them at a time. */
export class HeadRunner {
  readonly #options: HeadRunnerOptions;

  constructor(options: HeadRunnerOptions) {
    this.#options = options;
  }

  /** Losses and logits of every row. */
  async evaluate(last: LastBlock): Promise<Required<RunOutputs>> {
    const { batch, places } = last;
    const { head } = this.#options;
    const rows = places.length;
    const width = head.linears.at(-1)!.outDim;
    const logits = new Float32Array(rows * width);
    const outputs = emptyOutputs(rows);
    const all = Array.from({ length: rows }, (_, row) => row);
    for (const pass of headPasses(all, head)) {
      const results = await this.#evaluatePass(last, pass, "evaluate");
      fill(outputs, results, batch, pass);
      logits.set(floats(results.logits!).subarray(0, pass.rows.length * width), pass.rows[0]! * width);
    }
    return { ...outputs, logits };
  }

  /** Losses of the rows that have a target. */
  async losses(last: LastBlock): Promise<RunOutputs> {
    const { batch, places } = last;
    const outputs = emptyOutputs(places.length);
    for (const pass of headPasses(rowsWithTarget(batch.targets), this.#options.head))
      fill(outputs, await this.#evaluatePass(last, pass, "losses"), batch, pass);
    return outputs;
  }

  /** Losses of the rows that have a target, and their gradients; `dx` is that towards x. */
  async train(step: HeadStep): Promise<{ readonly outputs: RunOutputs; readonly dx: Tensor | undefined }> {
    const { x, batch, places, weight, inputGradient, dropoutMask } = step;
    const [rows, width] = x.shape as [number, number];
    const outputs = emptyOutputs(places.length);
    const passes = headPasses(rowsWithTarget(batch.targets), this.#options.head);
    const weightOf = this.#weightOf(batch, weight);
    const dx = inputGradient ? float32([rows, width]) : undefined;
    for (const pass of passes) {
      const variant = { rows: pass.size, training: dropoutMask !== undefined, inputGradient };
      const compiled = await this.#options.programs.head("train", variant);
      const results = await this.#run(compiled, { ...step, weightOf }, pass);
      fill(outputs, results, batch, pass);
      const { [gradientName("x")]: part, ...others } = results;
      step.collect(others);
      if (dx && part) scatterRows(floats(part), floats(dx), placesOf(pass, places), width);
    }
    return { outputs, dx };
  }

  async #evaluatePass(last: LastBlock, pass: HeadPass, role: "evaluate" | "losses"): Promise<Tensors> {
    const compiled = await this.#options.programs.head(role, { rows: pass.size });
    return this.#run(compiled, { ...last, weightOf: () => 1, dropoutMask: undefined }, pass);
  }

  /** The weight of an example's target, or of a token's. */
  #weightOf(batch: MicroBatch, weight: number | Float32Array): (row: number) => number {
    if (typeof weight === "number") return () => weight;
    if (this.#options.head.reads === "one") return (example) => weight[example]!;
    const owners = exampleOfTokens(batch);
    return (token) => weight[owners[token]!]!;
  }

  async #run(
    { program, executable }: Compiled,
    {
      x,
      batch,
      places,
      weightOf,
      dropoutMask,
    }: LastBlock & {
      readonly weightOf: (row: number) => number;
      readonly dropoutMask: DropoutMask | undefined;
    },
    pass: HeadPass,
  ): Promise<Tensors> {
    const { rows, size } = pass;
    const targets = new Array<number>(size).fill(0);
    const weights = new Float32Array(size);
    rows.forEach((row, i) => {
      const target = batch.targets[row] ?? IGNORE_INDEX;
      if (target === IGNORE_INDEX) return;
      targets[i] = target;
      weights[i] = weightOf(row);
    });
    const tensors: Record<string, Tensor> = {
      x: gatherRows(x, placesOf(pass, places), size),
      targets: int64([size], targets),
      row_weights: float32([size], weights),
      ...this.#masks(size, dropoutMask),
    };
    return executable.run(feedsOf(program, tensors, this.#options.parameters));
  }

  #masks(rows: number, dropoutMask: DropoutMask | undefined): Record<string, Tensor> {
    const { family, head, adapter } = this.#options;
    const masks: Record<string, Tensor> = {};
    for (const { path, inDim } of dropoutMask ? head.linears : []) {
      if (!adapter.modules.has(path)) continue;
      const data = dropoutMask!(family.layers, path, rows * inDim);
      masks[dropoutMaskName(path)] = { dtype: "uint8", shape: [rows, inDim], data };
    }
    return masks;
  }
}

function emptyOutputs(rows: number): { losses: Float32Array; hits: Uint8Array } {
  return { losses: new Float32Array(rows), hits: new Uint8Array(rows) };
}

/** Puts what a pass gave for its rows where they belong; rows without a target stay 0. */
function fill(outputs: RunOutputs, results: Tensors, { targets }: MicroBatch, { rows }: HeadPass): void {
  const losses = floats(results.losses!);
  const predictions = results.predictions!.data as BigInt64Array;
  rows.forEach((row, i) => {
    const target = targets[row] ?? IGNORE_INDEX;
    if (target === IGNORE_INDEX) return;
    outputs.losses[row] = losses[i]!;
    outputs.hits[row] = Number(predictions[i]) === target ? 1 : 0;
  });
}

/** The places of a pass's rows in the last block's output. */
function placesOf({ rows }: HeadPass, places: Int32Array): number[] {
  return rows.map((row) => places[row]!);
}

/** `rows` of x, and zeros up to `size`; x itself where those are all of it in order. */
export function gatherRows(x: Tensor, rows: readonly number[], size: number): Tensor {
  const [all, width] = x.shape as [number, number];
  if (size === all && rows.length === all && rows.every((row, i) => row === i)) return x;
  const from = floats(x);
  const part = new Float32Array(size * width);
  rows.forEach((row, i) => {
    part.set(from.subarray(row * width, (row + 1) * width), i * width);
  });
  return float32([size, width], part);
}

function scatterRows(part: Float32Array, all: Float32Array, rows: readonly number[], width: number): void {
  rows.forEach((row, i) => {
    all.set(part.subarray(i * width, (i + 1) * width), row * width);
  });
}
