import { type FloatTensorDType, modelConfig } from "@lorank/checkpoint";
import {
  type EncodedTensor,
  modelAt,
  type RewriteSummary,
  rewriteModel,
  type TensorProgress,
  type TensorSource,
} from "@lorank/checkpoint/files";
import { isInputError } from "@lorank/core";
import {
  quantizeDefaults as d,
  dequantize4bit,
  type ErrorFigures,
  errorFigures,
  type Format4bit,
  storage4bit,
} from "@lorank/quant";
import { quantizedTensors } from "@lorank/quant/checkpoint";
import { type Format4bitOptions, quantizeLinear } from "../base/quantize-base.ts";
import { familyOf } from "../families/families.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { dtypeNames, planQuantization } from "./quantize-plan.ts";

export interface QuantizeModelOptions extends Format4bitOptions {
  /** Model folder or `.gguf` file. */
  readonly model: string;
  readonly out: string;
  /** Blocks by number, and linear layers by path or path end, to leave unquantised (default none). */
  readonly keepLayers?: readonly (number | string)[];
  /** Unquantised tensors' type (default: each tensor's own; BF16 for a GGUF). */
  readonly dtype?: FloatTensorDType;
  /** Replace a model at `out` (default false). */
  readonly force?: boolean;
  readonly onTensor?: (progress: TensorProgress) => void;
}

export interface QuantizedLayer {
  readonly path: string;
  /** Layer path inside the block: `mlp.down_proj`. */
  readonly kind: string;
  /** Parameter count of the layer's weight. */
  readonly params: number;
  readonly bytesBefore: number;
  /** Bytes of the 4-bit layer, with absmax, level tables and quant state. */
  readonly bytesAfter: number;
  /** Error of the layer's weights after bitsandbytes restores them in float32. */
  readonly error: ErrorFigures;
}

export interface QuantizeSummary extends RewriteSummary {
  /** Bytes of all tensors before quantisation. */
  readonly bytesBefore: number;
  /** Layers in model order. */
  readonly layers: readonly QuantizedLayer[];
  /** Paths of linear layers in blocks left unquantised. */
  readonly kept: readonly string[];
}

/**
 * Writes a model with linear layers in blocks quantised to 4 bits, in the file format of bitsandbytes and transformers.
 * Reads one tensor at a time; the folder appears when whole. GPT-2's Conv1D weights become linear layers, as in
 * transformers.
 * @throws InputError E_MODEL_TYPE, E_CONFIG, E_WEIGHTS or E_MODEL for an unknown, broken or already quantised model;
 * E_KEEP_LAYERS, E_QUANTIZE for non-finite weights, E_OUT. Nothing is left then.
 */
export function quantizeModel(options: QuantizeModelOptions): QuantizeSummary {
  const { model, format = d.format, blockSize = d.blockSize, doubleQuant = d.doubleQuant } = options;
  const { keepLayers = [] } = options;
  const { config } = modelConfig(modelAt(model));
  const family = familyOf(config);
  const plan = planQuantization(model, config, family, keepLayers);
  const dtype = options.dtype ?? (/\.gguf$/i.test(model) ? "BF16" : undefined);
  const computeDType = dtype === undefined ? plan.firstDType : dtypeNames[dtype]!;
  const layers = new Map<string, QuantizedLayer>();
  const largest = Math.max(...plan.linears.map(({ inDim, outDim }) => inDim * outDim));
  const restored = new Float32Array(largest); // shared by all layers, to make no garbage

  const replace = (tensor: string, weights: TensorSource): Map<string, EncodedTensor> | undefined => {
    const linear = plan.quantised.get(tensor);
    if (linear === undefined) return undefined;
    const { inDim, outDim } = linear;
    const stored = weights.tensors.get(tensor)!;
    const options4bit = { format, blockSize, doubleQuant };
    const { weight, quantized } = quantizeLinear(weights.readFloat32(tensor), linear, options4bit);
    const origin = dtype === undefined ? (dtypeNames[stored.dtype] ?? plan.firstDType) : computeDType;
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

  const quantization = quantizationConfig({
    family,
    format,
    doubleQuant,
    computeDType,
    unquantised: plan.skipped,
  });
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
    kept: plan.skippedLinears,
  };
}

interface QuantizationConfigOptions {
  readonly family: Family;
  readonly format: Format4bit;
  readonly doubleQuant: boolean;
  /** Type in which transformers restores weights before multiplying. */
  readonly computeDType: "float32" | "float16" | "bfloat16";
  readonly unquantised: Iterable<string>;
}

/**
 * `quantization_config` as transformers writes it. It lists every unquantised linear layer, also in absent heads, or
 * BERT's pooler and classifier would count as 4-bit. Names lack the family prefix: transformers matches path ends, and
 * bare encoders have no prefix. Source: BitsAndBytesConfig and should_convert_module() of transformers 5.24.
 */
function quantizationConfig(options: QuantizationConfigOptions): Record<string, unknown> {
  const { family, format, doubleQuant, computeDType, unquantised } = options;
  const bare = (path: string): string =>
    path.startsWith(family.basePrefix) ? path.slice(family.basePrefix.length) : path;
  const skipped = [...headPaths(family), ...unquantised].map(bare);
  return {
    _load_in_4bit: true,
    _load_in_8bit: false,
    bnb_4bit_compute_dtype: computeDType,
    bnb_4bit_quant_storage: "uint8",
    bnb_4bit_quant_type: format,
    bnb_4bit_use_double_quant: doubleQuant,
    llm_int8_enable_fp32_cpu_offload: false,
    llm_int8_has_fp16_weight: false,
    llm_int8_skip_modules: [...new Set(skipped)],
    llm_int8_threshold: 6,
    load_in_4bit: true,
    load_in_8bit: false,
    quant_method: "bitsandbytes",
  };
}

function headPaths(family: Family): string[] {
  const heads = [causalHead(family), family.head({ kind: "classification", labels: 2 })];
  return heads.flatMap((head) => head?.linears.map(({ path }) => path) ?? []);
}

/** Vocabulary head; undefined in an encoder. */
function causalHead(family: Family): HeadModule | undefined {
  try {
    return family.head({ kind: "causal-lm" });
  } catch (error) {
    if (isInputError(error) && error.code === "E_TASK") return undefined;
    throw error;
  }
}
