import { type LinearShape, type ModelLinear, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import { type ActivationContext, adapterElementBytes } from "./activations.ts";
import { type BaseFormat, isQuantizedFormat, matrixBytes } from "./base-bytes.ts";
import type { StackSettings, StackTraits } from "./stack.ts";
import { unquantizedDtype } from "./static-bytes.ts";

export interface BaseInStack {
  /** The format, with the stack's dtype for the weights that are not quantised. */
  readonly base: BaseFormat;
  /** `prepare_model_for_kbit_training` has an effect. */
  readonly prepared: boolean;
  /** Bytes that this stack needs beyond `baseBytes`. */
  readonly extraBytes: number;
}

/** Describes how a stack stores a base of `format`. */
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
          [...shape.linears.filter(({ role }) => role === "block"), ...shape.experts].map(
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

/** Elements of the largest matrix in a block. */
export function largestMatrix({ linears }: ModelShape): number {
  return Math.max(...linears.map(({ inDim, outDim }) => inDim * outDim));
}

/** Bytes a token that are saved between the last block and the logits: the last norm's input and result. */
export function headInputs(context: ActivationContext): { readonly norm: number; readonly adapter: number } {
  const { shape, targets, traits, activationBytes, residualBytes } = context;
  const input =
    shape.block.norm === "rmsnorm"
      ? Math.max(traits.rmsNormBytes, activationBytes, residualBytes)
      : residualBytes;
  const adapted = targets.some((target) => "role" in target && target.role === "output");
  return {
    norm: (input + activationBytes) * shape.hiddenSize,
    adapter: adapted ? adapterElementBytes(context) * shape.hiddenSize : 0,
  };
}
