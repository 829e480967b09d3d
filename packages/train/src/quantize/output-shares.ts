import { float32, floats, type Runtime, type Tensor } from "@lorank/graph";
import { dequantize4bit, type Quantized4bit, quantizedTensors } from "@lorank/quant";
import type { Base } from "../base/base.ts";
import { type BlockLinear, blockLinears } from "../base/block-linears.ts";
import { type Format4bitOptions, quantizeLinear } from "../base/quantize-linear.ts";
import { evaluationBatches, padBatch } from "../batches/batches.ts";
import type { MicroBatch } from "../transformer/batch.ts";
import { floatWeights } from "../transformer/parameters.ts";
import { transpose } from "../transpose.ts";
import { OutputGradient } from "./output-gradient.ts";
import { differenceName, SharePrograms, shareName } from "./share-programs.ts";

export interface OutputSharesOptions extends Format4bitOptions {
  /** In float, with the head whose output counts. With a classifier's head, the last block's output counts instead. */
  readonly base: Base;
  readonly runtime: Runtime;
  /** Token ids of the texts to measure on. */
  readonly texts: readonly ArrayLike<number>[];
  readonly onBlock?: (done: number, total: number) => void;
}

/** What a linear layer does to the model's output when its weight W is in 4 bits, Ŵ. */
export interface OutputShare {
  readonly path: string;
  readonly layer: number;
  /** Path inside its block. */
  readonly kind: string;
  readonly params: number;
  /**
   * Bytes of its weight in 4 bits, with absmax, level tables and quant state. The number is one too high where the
   * state names a type shorter than `bfloat16`.
   */
  readonly bytes4bit: number;
  /**
   * The layer's part of what the output is off by when all layers are in 4 bits; negative where the layer makes up for
   * others. In nats per token for a language model.
   */
  readonly share: number;
}

/** Padded tokens of one batch. */
const tokensPerBatch = 1024;

/**
 * How much each linear layer of the blocks has to do with what 4 bits do to the model's output: integrated gradients of
 * the distance D between the outputs of the float model and of one whose weights are W + t (Ŵ − W), from t = 0 to 1, by
 * the midpoint rule with one point: ⟨dD/dW at t = ½, Ŵ − W⟩. The shares add up to D at t = 1 where D is quadratic in
 * t. Two forward passes and a backward pass of every text. D is what {@link OutputGradient} says.
 *
 * Holds the float model, the 4-bit weights and the input of every block for all texts.
 *
 * Source: Sundararajan et al., https://arxiv.org/abs/1703.01365
 */
export async function measureOutputShares(options: OutputSharesOptions): Promise<OutputShare[]> {
  const { base, runtime, texts, onBlock } = options;
  const { family } = base;
  const weights = floatWeights(base.weights);
  const linears = blockLinears(family, weights);
  const layers = Array.from({ length: family.layers }, (_, layer) => layer);
  const programs = new SharePrograms(family, runtime, weights);
  const batches = batchesOf(texts, family.padTokenId);
  const quantized = new Map<string, Quantized4bit>();
  const steps = 2 * family.layers;

  const embedded = await Promise.all(batches.map((batch) => programs.embedded(batch)));
  const whole = [...embedded]; // hidden states of the float model
  const inputs: Tensor[][] = [embedded]; // every block's inputs in the model with halfway weights
  for (const layer of layers) {
    onBlock?.(layer, steps);
    const own = linears.filter((linear) => linear.layer === layer);
    for (const linear of own)
      quantized.set(
        linear.path,
        quantizeLinear(floats(weights.get(linear.tensor)!), linear, options).quantized,
      );
    const half = halfway(own, weights, quantized);
    const next: Tensor[] = [];
    for (const [i, batch] of batches.entries()) {
      whole[i] = await programs.forward(layer, batch, whole[i]!, {});
      next.push(await programs.forward(layer, batch, inputs[layer]![i]!, half.weights));
    }
    inputs.push(next);
  }

  const head = new OutputGradient(base, runtime, weights);
  const tokens = texts.reduce((sum, { length }) => sum + length, 0);
  const last = inputs.pop()!;
  const dy: Tensor[] = [];
  for (const [i, batch] of batches.entries()) dy.push(await head.of(batch, whole[i]!, last[i]!, 1 / tokens));
  await head.dispose();

  const sums = new Map<string, number>();
  for (const layer of layers.toReversed()) {
    onBlock?.(steps - 1 - layer, steps);
    const own = linears.filter((linear) => linear.layer === layer);
    const half = halfway(own, weights, quantized);
    const feeds = { ...half.weights, ...half.differences };
    for (const [i, batch] of batches.entries()) {
      const { dx, ...shares } = await programs.backward(layer, batch, inputs[layer]![i]!, dy[i]!, feeds);
      dy[i] = dx!;
      for (const { path, pathInBlock } of own)
        sums.set(path, (sums.get(path) ?? 0) + floats(shares[shareName(pathInBlock)]!)[0]!);
    }
    inputs.pop();
  }
  await programs.dispose();
  return linears.map(({ path, layer, pathInBlock: kind, tensor, inDim, outDim }) => ({
    path,
    layer,
    kind,
    params: inDim * outDim,
    bytes4bit: bytesOf(tensor, quantized.get(path)!, [outDim, inDim]),
    share: sums.get(path)!,
  }));
}

/** (W + Ŵ) / 2 and Ŵ − W of a block's linear layers, stored as W is, under the programs' names for them. */
function halfway(
  linears: readonly BlockLinear[],
  weights: ReadonlyMap<string, Tensor>,
  quantized: ReadonlyMap<string, Quantized4bit>,
): { readonly weights: Record<string, Tensor>; readonly differences: Record<string, Tensor> } {
  const half: Record<string, Tensor> = {};
  const differences: Record<string, Tensor> = {};
  for (const { path, pathInBlock, tensor, inDim, outDim, transposed } of linears) {
    const weight = weights.get(tensor)!;
    const own = floats(weight);
    const decoded = dequantize4bit(quantized.get(path)!);
    const restored = transposed ? transpose(decoded, outDim, inDim) : decoded;
    half[`${pathInBlock}.weight`] = float32(
      weight.shape,
      own.map((value, i) => (value + restored[i]!) / 2),
    );
    differences[differenceName(pathInBlock)] = float32(
      weight.shape,
      restored.map((value, i) => value - own[i]!),
    );
  }
  return { weights: half, differences };
}

function bytesOf(tensor: string, quantized: Quantized4bit, shape: readonly [number, number]): number {
  const parts = quantizedTensors(tensor, quantized, { shape, dtype: "bfloat16" });
  return [...parts.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function batchesOf(texts: readonly ArrayLike<number>[], padId: number): MicroBatch[] {
  const examples = texts.map((ids, i) => ({ id: String(i), inputIds: Array.from(ids), label: 0 }));
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  return evaluationBatches(lengths, tokensPerBatch).map((indices) =>
    padBatch(
      Array.from(indices, (index) => examples[index]!),
      { padId },
    ),
  );
}
