import { type LinearInput, type LinearShape, type ModelLinear, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

interface KernelContext {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly settings: StackSettings;
  readonly traits: StackTraits;
  readonly activationBytes: 2 | 4;
}

/** Setting values under which a kernel computes the layers that read these inputs, all adapted. */
const groups: readonly (readonly [StackSettings["loraKernels"], readonly LinearInput[]])[] = [
  ["attention", ["attention"]],
  ["attention", ["attention output"]],
  ["feed-forward", ["feed-forward", "feed-forward output"]],
];

/**
 * Inputs whose adapted layers run in a fused kernel: q, k and v together, o, and a dense gated feed-forward layer. A
 * group with a layer left out runs as in PEFT. Source: axolotl 0.19, `apply_lora_kernel_patches`; unsloth 2026.10,
 * `FastLlamaModel.patch_peft_model`
 */
export function fusedInputs({
  shape,
  targets,
  settings: { loraKernels, variant },
  traits: { kernels },
}: Omit<KernelContext, "activationBytes">): ReadonlySet<LinearInput> {
  const { plainOnly } = kernels;
  const taken = variant === "lora" || (variant === "dora" && !plainOnly);
  if (loraKernels === "off" || !taken) return new Set();
  const { fusedQkv, feedForward } = shape.block;
  const adapted = new Set(targets.map((target) => ("path" in target ? target.path : "")));
  const isAdapted = (input: LinearInput): boolean => {
    const linears = shape.linears.filter(({ role, reads }) => role === "block" && reads === input);
    return linears.length > 0 && linears.every(({ path, bias }) => adapted.has(path) && !(bias && plainOnly));
  };
  const inputs = groups
    .filter(([name]) => loraKernels === "on" || loraKernels === name)
    .filter(([name]) =>
      name === "attention" ? !fusedQkv : feedForward.gated && feedForward.experts === undefined,
    )
    .flatMap(([, group]) => (group.every(isAdapted) ? group : []));
  return new Set(inputs);
}

/**
 * Bytes an input element that a kernel saves for all its layers: the input, unless it is saved already, and what
 * dropout needs. `isInner`: the input of the last feed-forward projection.
 */
export function kernelInputBytes(
  { settings, traits, activationBytes }: KernelContext,
  {
    isSaved,
    isInner,
    layers,
  }: { readonly isSaved: boolean; readonly isInner: boolean; readonly layers: number },
): number {
  const { dropoutBytes, sharesDropout } = traits.kernels;
  const masks = sharesDropout ? (isInner ? 0 : 1) : layers;
  return (isSaved ? 0 : activationBytes) + (settings.dropout > 0 ? dropoutBytes * masks : 0);
}

/** Bytes of the adapters' 16-bit copies that kernels save for one block's backward pass, whatever the batch. */
export function kernelCopies(context: KernelContext & { readonly rank: number }): number {
  const fused = fusedInputs(context);
  const inKernels = context.targets.filter(
    (target): target is ModelLinear => "reads" in target && fused.has((target as ModelLinear).reads),
  );
  const { rank, shape, activationBytes } = context;
  return (
    activationBytes *
    sumOf(inKernels.map(({ inDim, outDim, count }) => (rank * (inDim + outDim) * count) / shape.layers))
  );
}
