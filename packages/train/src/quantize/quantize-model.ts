import type { FloatTensorDType } from "@lorank/checkpoint";
import {
  type EncodedTensor,
  type RewriteSummary,
  readModelConfig,
  rewriteModel,
  type TensorProgress,
  type TensorSource,
} from "@lorank/checkpoint/files";
import {
  quantizeDefaults as d,
  dequantize4bit,
  type ErrorFigures,
  errorFigures,
  quantizedTensors,
  storage4bit,
} from "@lorank/quant";
import { type Format4bitOptions, quantizeLinear } from "../base/quantize-linear.ts";
import { familyOf } from "../families/families.ts";
import { quantizationConfig } from "./quantization-config.ts";
import { dtypeNames, planQuantization } from "./quantize-plan.ts";

export interface QuantizeModelOptions extends Format4bitOptions {
  /** A model folder or a `.gguf` file. */
  readonly model: string;
  /** The folder to write. */
  readonly out: string;
  /** Blocks by number that stay as they are, and linear layers by their path or the last parts of it (default none). */
  readonly keepLayers?: readonly (number | string)[];
  /** Type of everything that is not quantised (default: each tensor's own; BF16 for a GGUF). */
  readonly dtype?: FloatTensorDType;
  /** Replace a model that is at `out` (default false). */
  readonly force?: boolean;
  readonly onTensor?: (progress: TensorProgress) => void;
}

/** What became of one linear layer. */
export interface QuantizedLayer {
  readonly path: string;
  /** Path inside its block. */
  readonly kind: string;
  /** Parameters of its weight. */
  readonly params: number;
  readonly bytesBefore: number;
  /** Bytes in 4 bits, with absmax, level tables and quant state. */
  readonly bytesAfter: number;
  /** Error of the weights that bitsandbytes would restore in float32. */
  readonly error: ErrorFigures;
}

export interface QuantizeSummary extends RewriteSummary {
  /** Bytes of all tensors of the model. */
  readonly bytesBefore: number;
  /** In the order of the model. */
  readonly layers: readonly QuantizedLayer[];
  /** Paths of the block's linear layers that were left as they are. */
  readonly kept: readonly string[];
}

/**
 * Writes a model whose blocks' linear layers are in 4 bits, as bitsandbytes and transformers keep them on disk.
 * Embeddings, norms, biases and heads stay as they are. Holds one tensor in memory at a time. The folder appears when
 * it is whole.
 *
 * GPT-2's Conv1D weights are transposed before they are quantised. They are linear layers from then on, as in
 * transformers.
 *
 * Throws E_MODEL_TYPE, E_CONFIG, E_WEIGHTS or E_MODEL for a model that is unknown, broken or quantised already,
 * E_KEEP_LAYERS, E_QUANTIZE for weights that are not finite, E_OUT. Nothing is left then.
 */
export function quantizeModel(options: QuantizeModelOptions): QuantizeSummary {
  const { model, format = d.format, blockSize = d.blockSize, doubleQuant = d.doubleQuant } = options;
  const { keepLayers = [] } = options;
  const { config } = readModelConfig(model);
  const family = familyOf(config);
  const plan = planQuantization(model, config, family, keepLayers);
  const dtype = options.dtype ?? (/\.gguf$/i.test(model) ? "BF16" : undefined);
  const computeDType = dtype === undefined ? plan.usual : dtypeNames[dtype]!;
  const layers = new Map<string, QuantizedLayer>();
  const largest = Math.max(...plan.linears.map(({ inDim, outDim }) => inDim * outDim));
  const restored = new Float32Array(largest); // one for all layers, so that there is no garbage to wait for

  const replace = (tensor: string, weights: TensorSource): Map<string, EncodedTensor> | undefined => {
    const linear = plan.quantised.get(tensor);
    if (linear === undefined) return undefined;
    const { inDim, outDim } = linear;
    const stored = weights.tensors.get(tensor)!;
    const options4bit = { format, blockSize, doubleQuant };
    const { weight, quantized } = quantizeLinear(weights.readFloat32(tensor), linear, options4bit);
    const origin = dtype === undefined ? (dtypeNames[stored.dtype] ?? plan.usual) : computeDType;
    const tensors = quantizedTensors(tensor, quantized, { shape: [outDim, inDim], dtype: origin });
    layers.set(linear.path, {
      path: linear.path,
      kind: linear.pathInBlock,
      params: weight.length,
      bytesBefore: stored.byteLength,
      bytesAfter: [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0),
      error: errorFigures(weight, dequantize4bit(quantized, { into: restored.subarray(0, weight.length) })),
    });
    return tensors;
  };

  const quantization = quantizationConfig({ family, format, doubleQuant, computeDType, kept: plan.skipped });
  const { out, force, onTensor } = options;
  const summary = rewriteModel({
    base: model,
    out,
    replace,
    replacedBytes: (tensor) => {
      const linear = plan.quantised.get(tensor);
      return linear && storage4bit(linear.inDim * linear.outDim, { blockSize, doubleQuant }).totalBytes;
    },
    config: { quantization_config: quantization },
    ...(dtype === undefined ? {} : { dtype }),
    ...(force === undefined ? {} : { force }),
    ...(onTensor === undefined ? {} : { onTensor }),
  });
  return {
    ...summary,
    bytesBefore: plan.bytes,
    layers: plan.linears.flatMap(({ path }) => layers.get(path) ?? []),
    kept: plan.kept,
  };
}
