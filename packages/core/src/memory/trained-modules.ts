import { InputError } from "../errors.ts";
import { headTensors } from "../model/parts.ts";
import type { ModelShape } from "../model/shape.ts";
import type { FloatDtype } from "./base-bytes.ts";
import { type profileNames, trainedModuleNames } from "./names.ts";
import { type TrainedTensor, tensorBytes } from "./optimizer-bytes.ts";

/** Module trained in full beside adapters, PEFT's `modules_to_save`: the token embedding, or the output head. */
export type TrainedModule = (typeof trainedModuleNames)[number];

/**
 * Copies of modules that are trained in full; the frozen originals stay. A tied pair is two copies, each with its own
 * gradient and states. Throws E_CONFIG for an unknown name, and for a head that the model lacks. Source: peft 0.21,
 * `ModulesToSaveWrapper.update` (a deep copy), without `ensure_weight_tying`
 */
export function trainedModuleTensors(
  shape: ModelShape,
  modules: readonly TrainedModule[],
  dtype: FloatDtype,
): readonly (TrainedTensor & { readonly module: TrainedModule })[] {
  const { hiddenSize, vocabSize, head } = shape;
  for (const module of modules) {
    if (!trainedModuleNames.includes(module))
      throw new InputError(
        "E_CONFIG",
        `trainedModules must hold ${trainedModuleNames.join(" or ")}, got ${JSON.stringify(module)}`,
      );
    if (module === "head" && head.kind !== "causal-lm")
      throw new InputError(
        "E_CONFIG",
        `trainedModules must be without head for a model whose head is ${head.kind}, got ${modules.join(", ")}`,
      );
  }
  const matrix = { elements: hiddenSize * vocabSize, rows: vocabSize, count: 1, dtype };
  const biases = headTensors(shape).filter((sizes) => sizes.length === 1);
  return [...new Set(modules)].flatMap((module) => [
    { ...matrix, module },
    ...(module === "head" ? biases.map(([elements = 0]) => ({ elements, count: 1, dtype, module })) : []),
  ]);
}

/** Stacks that cast all that is trained to fp32. Source: llamafactory 0.9.5, `init_adapter`, without `pure_bf16` */
const inFp32: readonly (typeof profileNames)[number][] = ["llama-factory"];

/** Effects of trained modules in a stack. */
export interface ModulesInStack {
  /** Dtype of the copies; undefined for the base's own. */
  readonly dtype: FloatDtype | undefined;
  /** True if a trained embedding turns hidden states into fp32. */
  readonly widensResidual: boolean;
  /** Bytes of the 16-bit copy that autocast makes of a trained fp32 head, and keeps for its backward pass. */
  readonly headCopyBytes: number;
}

export function modulesInStack(
  { hiddenSize, vocabSize }: ModelShape,
  modules: readonly TrainedModule[],
  profile: (typeof profileNames)[number],
): ModulesInStack {
  const dtype = inFp32.includes(profile) && modules.length > 0 ? "fp32" : undefined;
  const has = (module: TrainedModule): boolean => dtype !== undefined && modules.includes(module);
  return {
    dtype,
    widensResidual: has("embeddings"),
    headCopyBytes: has("head") ? 2 * hiddenSize * vocabSize : 0,
  };
}

/** Bytes of gradients by when they come: a block's, the head's before all blocks, the embedding's after them. */
export interface GradientTimes {
  readonly ofBlock: number;
  readonly ofHead: number;
  readonly ofEmbeddings: number;
}

export function gradientTimes(
  trained: { readonly lora: readonly TrainedTensor[]; readonly head: readonly TrainedTensor[] },
  { layers }: ModelShape,
): GradientTimes {
  const isEmbedding = (tensor: TrainedTensor): boolean =>
    "module" in tensor && tensor.module === "embeddings";
  return {
    ofBlock: tensorBytes(trained.lora) / layers,
    ofHead: tensorBytes(trained.head.filter((tensor) => !isEmbedding(tensor))),
    ofEmbeddings: tensorBytes(trained.head.filter(isEmbedding)),
  };
}
