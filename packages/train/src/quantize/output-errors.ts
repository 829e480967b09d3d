import {
  type Executable,
  float32,
  floats,
  input,
  type Program,
  program,
  type Runtime,
  type Tensor,
} from "@lorank/graph";
import { dequantize4bit, quantizedTensors } from "@lorank/quant";
import { noAdapter } from "../adapter/shape.ts";
import type { Base } from "../base.ts";
import { evaluationBatches, padBatch } from "../batches.ts";
import { getOrMake } from "../get-or-make.ts";
import type { MicroBatch } from "../model/batch.ts";
import { embed } from "../model/embed.ts";
import { Layouts, layoutInputs } from "../model/layout.ts";
import { ModuleInputs } from "../model/module-inputs.ts";
import { floatWeights } from "../model/parameters.ts";
import type { Family } from "../models/family.ts";
import { type BlockLinear, blockLinears } from "./block-linears.ts";
import { differenceName, MeasuringWeights, noiseName, signalName } from "./measuring-weights.ts";
import { type Format4bitOptions, quantizeLinear, transpose } from "./quantize-linear.ts";

export interface OutputErrorsOptions extends Format4bitOptions {
  /** In float, with any head. */
  readonly base: Pick<Base, "family" | "weights">;
  readonly runtime: Runtime;
  /** Token ids of the texts to measure on. */
  readonly texts: readonly ArrayLike<number>[];
  readonly onBlock?: (done: number, total: number) => void;
}

/** How far off a linear layer's output is when its weight W is in 4 bits, Ŵ. */
export interface OutputError {
  readonly path: string;
  readonly layer: number;
  /** Inside its block. */
  readonly kind: string;
  readonly params: number;
  /** Of its weight in 4 bits, with absmax, level tables and quant state; one more where the state names a short type. */
  readonly bytes4bit: number;
  /** Σ ‖(W − Ŵ) x‖² / Σ ‖W x‖² over every real token's input x. */
  readonly relativeError: number;
}

/** Padded tokens of one batch. */
const tokensPerBatch = 1024;

/**
 * Runs the float model over `texts` and measures for each linear layer of its blocks the relative error that 4 bits would
 * make in its output, on the inputs that it really gets. All other layers are in float meanwhile: errors of earlier layers
 * are not in it. Holds the float model and the hidden states of all texts.
 */
export async function measureOutputErrors(options: OutputErrorsOptions): Promise<OutputError[]> {
  const { base, runtime, texts, onBlock } = options;
  const { family } = base;
  const weights = floatWeights(base.weights);
  const shapes = new Map([...weights].map(([name, { shape }]) => [name, { shape }]));
  const linears = blockLinears(family, shapes);
  const blocks = new MeasuredBlocks(family, runtime);
  const layouts = new Layouts(family);
  const batches = batchesOf(texts, family.padTokenId);
  const hidden = await Promise.all(batches.map((batch) => embedded(family, weights, runtime, batch)));

  const errors: OutputError[] = [];
  for (let layer = 0; layer < family.layers; layer++) {
    onBlock?.(layer, family.layers);
    const own = linears.filter((linear) => linear.layer === layer);
    const quantised = own.map((linear) => quantisedLinear(linear, weights, options));
    const differences = Object.fromEntries(
      quantised.map(({ linear, difference }) => [differenceName(linear.pathInBlock), difference]),
    );
    const sums = new Map<string, number>();
    for (const [i, batch] of batches.entries()) {
      const { program: own, executable } = await blocks.of(layer, batch);
      const given = {
        ...layouts.of(batch)(family.kindOf(layer)),
        ...differences,
        counts: counts(batch),
        x: hidden[i]!,
      };
      const prefix = `${family.blockPath(layer)}.`;
      const { y, ...measured } = await executable.run(feeds(own, given, weights, prefix));
      hidden[i] = y!;
      for (const [name, value] of Object.entries(measured))
        sums.set(name, (sums.get(name) ?? 0) + floats(value)[0]!);
    }
    for (const { linear, bytes4bit } of quantised) {
      const { path, pathInBlock: kind, inDim, outDim } = linear;
      const signal = sums.get(signalName(kind))!;
      const noise = sums.get(noiseName(kind))!;
      const relativeError = signal === 0 ? 0 : noise / signal;
      errors.push({ path, layer, kind, params: inDim * outDim, bytes4bit, relativeError });
    }
  }
  await blocks.dispose();
  return errors;
}

/** Programs of blocks that measure, one for each kind of layer and shape of batch. */
class MeasuredBlocks {
  readonly #family: Family;
  readonly #runtime: Runtime;
  readonly #compiled = new Map<string, Promise<{ program: Program; executable: Executable }>>();

  constructor(family: Family, runtime: Runtime) {
    this.#family = family;
    this.#runtime = runtime;
  }

  of(layer: number, { lengths, seq }: MicroBatch) {
    const kind = this.#family.kindOf(layer);
    return getOrMake(this.#compiled, `${kind.name} ${lengths.length} ${seq}`, async () => {
      const made = measuringProgram(this.#family, layer, lengths.length, seq);
      return { program: made, executable: await this.#runtime.compile(made) };
    });
  }

  async dispose(): Promise<void> {
    for (const { executable } of await Promise.all(this.#compiled.values())) await executable.dispose();
  }
}

function measuringProgram(family: Family, layer: number, batch: number, seq: number): Program {
  const vectors = new ModuleInputs({
    shape: family,
    path: family.blockPath(layer),
    adapter: noAdapter,
    training: false,
    isTrained: () => false,
  });
  const rows = batch * seq;
  const weights = new MeasuringWeights(vectors, family.linears, input("counts", [rows, 1]));
  const layout = layoutInputs({ batch, seq }, "all", family.kindOf(layer));
  const y = family.block(input("x", [rows, family.hiddenSize]), weights, layout);
  return program({ y, ...weights.measured });
}

/** What the first block is given. */
async function embedded(
  family: Family,
  weights: ReadonlyMap<string, Tensor>,
  runtime: Runtime,
  batch: MicroBatch,
): Promise<Tensor> {
  const x = embed(family, batch, (name) => weights.get(name)!);
  const { norm } = family.embeddings;
  if (!norm) return x;
  const inputs = new ModuleInputs({
    shape: norm,
    path: "",
    adapter: noAdapter,
    training: false,
    isTrained: () => false,
  });
  const made = program({ y: norm.apply(input("x", x.shape), inputs) });
  const executable = await runtime.compile(made);
  const { y } = await executable.run(feeds(made, { x }, weights, ""));
  await executable.dispose();
  return y!;
}

function feeds(
  { inputs }: Program,
  given: Readonly<Record<string, Tensor>>,
  weights: ReadonlyMap<string, Tensor>,
  prefix: string,
): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ name }) => [name, given[name] ?? weights.get(`${prefix}${name}`)!]),
  );
}

/** W − Ŵ, stored as W is. */
function quantisedLinear(
  linear: BlockLinear,
  weights: ReadonlyMap<string, Tensor>,
  options: Format4bitOptions,
): { linear: BlockLinear; difference: Tensor; bytes4bit: number } {
  const { tensor, inDim, outDim, transposed } = linear;
  const stored = weights.get(tensor)!;
  const { weight, quantized } = quantizeLinear(floats(stored), linear, options);
  const off = dequantize4bit(quantized).map((value, i) => weight[i]! - value);
  const parts = quantizedTensors(tensor, quantized, { shape: [outDim, inDim], dtype: "bfloat16" });
  return {
    linear,
    difference: float32(stored.shape, transposed ? transpose(off, outDim, inDim) : off),
    bytes4bit: [...parts.values()].reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

function batchesOf(texts: readonly ArrayLike<number>[], padId: number): MicroBatch[] {
  const examples = texts.map((ids, i) => ({ id: String(i), inputIds: Array.from(ids), label: 0 }));
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  return evaluationBatches(lengths, { maxTokens: tokensPerBatch }).map((indices) =>
    padBatch(
      Array.from(indices, (index) => examples[index]!),
      { padId },
    ),
  );
}

/** `[rows, 1]`: 1 for a token, 0 for a pad. */
function counts({ lengths, seq }: MicroBatch): Tensor {
  const values = new Float32Array(lengths.length * seq);
  lengths.forEach((length, example) => {
    values.fill(1, example * seq, example * seq + length);
  });
  return float32([values.length, 1], values);
}
