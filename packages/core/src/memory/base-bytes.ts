import { InputError } from "../errors.ts";
import { type ExpertAdapters, linearRouters, storesStacked } from "../model/expert-adapters.ts";
import { type ModelLinear, sumOf, weightElements } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import { baseFormatNames, floatDtypes } from "./names.ts";

export type FloatDtype = (typeof floatDtypes)[number];

/**
 * Storage format for the frozen base. Quantised formats cover the blocks' linear layers; everything else is in
 * `otherDtype` (default `bf16`).
 */
export type BaseFormat =
  | { readonly dtype: FloatDtype }
  /** int8: one byte a weight, an fp32 factor per output row. */
  | { readonly dtype: "int8"; readonly otherDtype?: FloatDtype }
  /** GPTQ: 4 bits a weight, fp16 scale and 4-bit zero per 128 weights in a row (4.16 bits in all). */
  | { readonly dtype: "gptq"; readonly otherDtype?: FloatDtype }
  /** NF4: 4 bits a weight, an absmax per 64 weights: fp32 (4.5 bits in all), or 8 bits (4.127) under `doubleQuant`. */
  | { readonly dtype: "nf4"; readonly doubleQuant: boolean; readonly otherDtype?: FloatDtype };

/** Base format names on a command line. */
export type BaseFormatName = (typeof baseFormatNames)[number];

export function isFloat(base: BaseFormatName): base is FloatDtype {
  return floatDtypes.some((name) => name === base);
}

/** Parses a name such as `nf4-dq`. Throws E_BASE_FORMAT for an unknown name. */
export function baseFormat(name: string): BaseFormat {
  switch (name) {
    case "fp32":
    case "bf16":
    case "fp16":
    case "int8":
    case "gptq":
      return { dtype: name };
    case "nf4":
      return { dtype: "nf4", doubleQuant: false };
    case "nf4-dq":
      return { dtype: "nf4", doubleQuant: true };
    default:
      throw new InputError(
        "E_BASE_FORMAT",
        `base must be one of ${baseFormatNames.join(", ")}, got ${JSON.stringify(name)}`,
      );
  }
}

export function bytesPerElement(dtype: FloatDtype): number {
  return dtype === "fp32" ? 4 : 2;
}

export interface BaseBytes {
  readonly quantizedWeights: number;
  readonly quantizationConstants: number;
  readonly otherWeights: number;
  readonly total: number;
}

/** Base weight bytes, exact for the tensors; `experts` says how a mixture's are stored. */
export function baseBytes(
  shape: ModelShape,
  format: BaseFormat,
  experts: ExpertAdapters = "stacked",
): BaseBytes {
  if (!isQuantizedFormat(format)) {
    const otherWeights = shape.totalParams * bytesPerElement(format.dtype);
    return { quantizedWeights: 0, quantizationConstants: 0, otherWeights, total: otherWeights };
  }
  const quantized = quantizedLinears(shape, format, experts);
  const each = quantized.map((linear) => quantizedLinear(linear, format));
  const quantizedWeights = sumOf(each.map(({ weights }) => weights));
  const quantizationConstants = sumOf(each.map(({ constants }) => constants));
  const otherParams = shape.totalParams - sumOf(quantized.map(weightElements));
  const otherWeights = otherParams * bytesPerElement(format.otherDtype ?? "bf16");
  return {
    quantizedWeights,
    quantizationConstants,
    otherWeights,
    total: quantizedWeights + quantizationConstants + otherWeights,
  };
}

/**
 * Layers held in few bits. GPTQ's files have each expert quantised, and no router. bitsandbytes takes linear layers,
 * under transformers 5 no subclass such as Llama 4's router, and no parameters with stacked experts. Source:
 * transformers 5.24 and 4.57, `replace_with_bnb_linear`
 */
export function quantizedLinears(
  shape: ModelShape,
  { dtype }: QuantizedFormat,
  experts: ExpertAdapters,
): ModelLinear[] {
  const blocks = shape.linears.filter(({ role }) => role === "block");
  if (dtype === "gptq") return [...blocks, ...shape.experts];
  const routers = linearRouters(shape, experts).filter(
    ({ path }) => experts === "separate" || !path.endsWith(".router"),
  );
  return [...blocks, ...routers, ...(storesStacked(shape, experts) ? [] : shape.experts)];
}

/** Experts that a quantised base leaves in `otherDtype`; undefined if there are none. */
export function expertsLeftOut(
  shape: ModelShape,
  format: BaseFormat,
  experts: ExpertAdapters,
): { readonly dtype: FloatDtype; readonly bytes: number } | undefined {
  if (!isQuantizedFormat(format) || format.dtype === "gptq" || !storesStacked(shape, experts))
    return undefined;
  const { otherDtype: dtype = "bf16" } = format;
  return { dtype, bytes: sumOf(shape.experts.map(weightElements)) * bytesPerElement(dtype) };
}

export type QuantizedFormat = Exclude<BaseFormat, { readonly dtype: FloatDtype }>;

export function isQuantizedFormat(format: BaseFormat): format is QuantizedFormat {
  return format.dtype === "nf4" || format.dtype === "int8" || format.dtype === "gptq";
}

export function unquantizedDtype(base: BaseFormat): FloatDtype {
  return isQuantizedFormat(base) ? (base.otherDtype ?? "bf16") : base.dtype;
}

export function matrixBytes(inDim: number, outDim: number, format: BaseFormat): number {
  if (!isQuantizedFormat(format)) return inDim * outDim * bytesPerElement(format.dtype);
  const { weights, constants } = quantizedMatrix(inDim, outDim, format);
  return weights + constants;
}

function quantizedLinear({ inDim, outDim, count }: ModelLinear, format: QuantizedFormat) {
  const { weights, constants } = quantizedMatrix(inDim, outDim, format);
  return { weights: count * weights, constants: count * constants };
}

function quantizedMatrix(
  inDim: number,
  outDim: number,
  format: QuantizedFormat,
): { readonly weights: number; readonly constants: number } {
  const elements = inDim * outDim;
  const halves = Math.ceil(elements / 2);
  switch (format.dtype) {
    case "int8":
      return { weights: elements, constants: 4 * outDim };
    case "gptq":
      return { weights: halves, constants: gptqConstantBytes(inDim, outDim) };
    case "nf4":
      return { weights: halves, constants: nf4ConstantBytes(elements, format.doubleQuant) };
  }
}

/**
 * GPTQ bytes beside the codes: fp16 scale and 4-bit zero per output and 128 inputs, int32 group index per input.
 * Source: auto-gptq 0.7, `nn_modules/qlinear`
 */
function gptqConstantBytes(inDim: number, outDim: number): number {
  const groups = Math.ceil(inDim / 128);
  return groups * outDim * 2.5 + inDim * 4;
}

/**
 * NF4 bytes beside a tensor's codes. Source: QLoRA, section 3, https://arxiv.org/abs/2305.14314; sizes as in
 * bitsandbytes 0.50 `quantize_4bit`
 */
export function nf4ConstantBytes(elements: number, doubleQuant: boolean): number {
  const blocks = Math.ceil(elements / 64);
  const codeTable = 16 * 4; // 16 fp32 levels per tensor
  if (!doubleQuant) return blocks * 4 + codeTable;
  const nestedBlocks = Math.ceil(blocks / 256);
  const nestedTable = 256 * 4;
  const offset = 4; // mean absmax, fp32
  return blocks + nestedBlocks * 4 + nestedTable + offset + codeTable;
}
