import { type LinearShape, type ModelLinear, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import { type ActivationContext, adapterElementBytes } from "./activations.ts";
import {
  type BaseFormat,
  bytesPerElement,
  type FloatDtype,
  isQuantizedFormat,
  matrixBytes,
  quantizedLinears,
  unquantizedDtype,
} from "./base-bytes.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

export interface BaseInStack {
  readonly base: BaseFormat;
  /** True if `prepare_model_for_kbit_training` has an effect. */
  readonly prepared: boolean;
  /** Base bytes beyond `baseBytes`: an untied head, unquantised layers. */
  readonly extraBytes: number;
}

export function baseInStack(
  format: BaseFormat,
  shape: ModelShape,
  targets: readonly LinearShape[],
  settings: StackSettings,
  traits: StackTraits,
): BaseInStack {
  const skips = format.dtype === "gptq" && traits.kbitSkipsGptq;
  const prepared = settings.kbitPrepare && isQuantizedFormat(format) && !skips;
  const base: BaseFormat =
    prepared && traits.kbitEmbeddings && isQuantizedFormat(format)
      ? { ...format, otherDtype: "fp32" }
      : format;
  const dtype = unquantizedDtype(base);
  const untied =
    traits.untiesHead && shape.tied ? matrixBytes(shape.hiddenSize, shape.vocabSize, { dtype }) : 0;
  const unquantized =
    traits.quantizesAdaptedOnly && isQuantizedFormat(base)
      ? sumOf(
          quantizedLinears(shape, base, traits.experts).map(
            (linear) =>
              linearsWithout(linear, targets) *
              (matrixBytes(linear.inDim, linear.outDim, { dtype }) -
                matrixBytes(linear.inDim, linear.outDim, base)),
          ),
        )
      : 0;
  return { base, prepared, extraBytes: untied + unquantized };
}

function linearsWithout(linear: ModelLinear, targets: readonly LinearShape[]): number {
  const target = targets.find((each) => "path" in each && each.path === linear.path);
  return linear.count - (target?.count ?? 0);
}

export interface ActivationDtypes
  extends Pick<ActivationContext, "residualBytes" | "activationBytes" | "attentionBytes" | "computeBytes"> {
  readonly headBytes: 2 | 4;
}

/**
 * Activation dtypes on unprepared weights in `otherDtype`. After `prepare_model_for_kbit_training` embeddings, norms
 * and head are fp32, and 4-bit layers return their input's dtype; only flash attention or autocast cast back. Source:
 * peft 0.21, `utils/other.py`; bitsandbytes 0.50, `Linear4bit.forward`; transformers 5.24, `get_target_dtype`
 */
export function activationDtypes(
  otherDtype: FloatDtype,
  prepared: boolean,
  { attention }: StackSettings,
  { kbitResidual, kbitEmbeddings, autocast }: StackTraits,
): ActivationDtypes {
  const bytes = bytesPerElement(otherDtype) as 2 | 4;
  const activationBytes = prepared && kbitResidual ? 4 : bytes;
  return {
    residualBytes: activationBytes,
    activationBytes,
    attentionBytes: autocast || attention === "flash" ? bytes : activationBytes,
    computeBytes: bytes,
    headBytes: prepared && kbitEmbeddings && !autocast ? 4 : bytes,
  };
}

export function largestMatrix({ linears }: ModelShape): number {
  return Math.max(...linears.map(({ inDim, outDim }) => inDim * outDim));
}

/** Bytes a token saved for the output head: the last norm's input and result, and an adapter's input. */
export function headInputs(context: ActivationContext): { readonly norm: number; readonly adapter: number } {
  const { shape, targets, traits, computeBytes, residualBytes } = context;
  const input = shape.block.norm === "rmsnorm" ? Math.max(traits.rmsNormBytes, residualBytes) : residualBytes;
  const adapted = targets.some((target) => "role" in target && target.role === "output");
  return {
    norm: (input + computeBytes) * shape.hiddenSize,
    adapter: adapted ? adapterElementBytes(context) * shape.hiddenSize : 0,
  };
}
