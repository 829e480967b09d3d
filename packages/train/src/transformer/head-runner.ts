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
import type { Programs } from "./programs.ts";
import type { BaseWeight } from "./weights.ts";

interface HeadRunnerOptions {
  readonly family: Family;
  readonly head: HeadModule;
  readonly adapter: AdapterShape;
  readonly programs: Programs;
  readonly parameters: ReadonlyMap<string, BaseWeight>;
}

export interface RunOutputs {
  /** Negative log probability of the target, per example or token, in nats; 0 without target. */
  readonly losses: Float32Array;
  /** Correct predictions: 1 if the most probable class is the target. */
  readonly hits: Uint8Array;
  /** Most probable class, or token, by row; 0 without target. */
  readonly predictions: Int32Array;
  /** Logits `[rows, classes]`; only from `Transformer.evaluate`. */
  readonly logits?: Float32Array;
}

export interface LastBlock {
  /** Last block's output, `[rows, hidden]`. */
  readonly x: Tensor;
  readonly batch: MicroBatch;
  /** Row in x, per example (classification) or token (causal-lm); −1 for none. */
  readonly places: Int32Array;
}

interface HeadStep extends LastBlock {
  /** Weight of the losses in the gradient: one for all, or per example. */
  readonly weight: number | Float32Array;
  readonly dropoutMask: DropoutMask | undefined;
  /** True if the gradient continues to the last block. */
  readonly inputGradient: boolean;
  /** Receives the weight gradients of each pass, `d.<name>`. */
  readonly collect: (outputs: Tensors) => void;
}

/** Runs the head in several passes: on rows with a target, or on all rows for logits. */
export class HeadRunner {
  readonly #options: HeadRunnerOptions;

  constructor(options: HeadRunnerOptions) {
    this.#options = options;
  }

  async evaluate(last: LastBlock): Promise<Required<RunOutputs>> {
    const rows = [...last.places.keys()];
    const width = this.#options.head.linears.at(-1)!.outDim;
    const logits = new Float32Array(rows.length * width);
    const outputs = await this.#runPasses("evaluate", last, rows, (results, pass) => {
      logits.set(floats(results.logits!).subarray(0, pass.rows.length * width), pass.rows[0]! * width);
    });
    return { ...outputs, logits };
  }

  losses(last: LastBlock): Promise<RunOutputs> {
    return this.#runPasses("losses", last, rowsWithTarget(last.batch.targets));
  }

  /** Losses for rows with a target, and gradients; `dx` is the gradient of x. */
  async train(step: HeadStep): Promise<{ readonly outputs: RunOutputs; readonly dx: Tensor | undefined }> {
    const { x, batch, places, inputGradient, collect } = step;
    const [rows, width] = x.shape as [number, number];
    const dx = inputGradient ? float32([rows, width]) : undefined;
    const outputs = await this.#runPasses("train", step, rowsWithTarget(batch.targets), (results, pass) => {
      const { [gradientName("x")]: part, ...others } = results;
      collect(others);
      if (dx && part) scatterRows(floats(part), floats(dx), placesOf(pass, places), width);
    });
    return { outputs, dx };
  }

  /** Runs the head on `rows` pass by pass, handing the outputs to `take`. */
  async #runPasses(
    role: "evaluate" | "losses" | "train",
    step: LastBlock & Partial<HeadStep>,
    rows: readonly number[],
    take?: (results: Tensors, pass: HeadPass) => void,
  ): Promise<RunOutputs> {
    const { head, programs, parameters } = this.#options;
    const { batch, places, weight = 1, dropoutMask, inputGradient = false } = step;
    const outputs = {
      losses: new Float32Array(places.length),
      hits: new Uint8Array(places.length),
      predictions: new Int32Array(places.length),
    };
    const weightOf = this.#weightOf(batch, weight);
    for (const pass of headPasses(rows, head)) {
      const variant = { rows: pass.size, training: dropoutMask !== undefined, inputGradient };
      const { program, executable } = await programs.head(role, variant);
      const tensors = { ...passInputs(step, pass, weightOf), ...this.#masks(pass.size, dropoutMask) };
      const results = await executable.run(feedsOf(program, tensors, parameters));
      fill(outputs, results, batch, pass);
      take?.(results, pass);
    }
    return outputs;
  }

  #weightOf(batch: MicroBatch, weight: number | Float32Array): (row: number) => number {
    if (typeof weight === "number") return () => weight;
    if (this.#options.head.reads === "one") return (example) => weight[example]!;
    const owners = exampleOfTokens(batch);
    return (token) => weight[owners[token]!]!;
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

function passInputs(
  { x, batch, places }: LastBlock,
  pass: HeadPass,
  weightOf: (row: number) => number,
): Record<string, Tensor> {
  const { rows, size } = pass;
  const targets = new Array<number>(size).fill(0);
  const weights = new Float32Array(size);
  rows.forEach((row, i) => {
    const target = batch.targets[row] ?? IGNORE_INDEX;
    if (target === IGNORE_INDEX) return;
    targets[i] = target;
    weights[i] = weightOf(row);
  });
  return {
    x: gatherRows(x, placesOf(pass, places), size),
    targets: int64([size], targets),
    row_weights: float32([size], weights),
  };
}

/** Copies outputs to their places; rows without a target stay 0. */
function fill(outputs: RunOutputs, results: Tensors, { targets }: MicroBatch, { rows }: HeadPass): void {
  const losses = floats(results.losses!);
  const predictions = results.predictions!.data as BigInt64Array;
  rows.forEach((row, i) => {
    const target = targets[row] ?? IGNORE_INDEX;
    if (target === IGNORE_INDEX) return;
    outputs.losses[row] = losses[i]!;
    outputs.predictions[row] = Number(predictions[i]);
    outputs.hits[row] = outputs.predictions[row] === target ? 1 : 0;
  });
}

function placesOf({ rows }: HeadPass, places: Int32Array): number[] {
  return rows.map((row) => places[row]!);
}

/** Gathers `rows` of x, zero-padded to `size`; returns x itself if that changes nothing. */
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
