import type { ScalingRule } from "@lorank/core";
import { InputError, scalingOf } from "@lorank/core";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Float32Tensor } from "../tensor.ts";
import { quoted, shown } from "../text.ts";

/** Matrix in memory, row-major. */
export interface Matrix {
  readonly shape: readonly [rows: number, columns: number];
  readonly data: Float32Array;
}

/** Update of a layer, scaling · B · A. The rank, A's row count, may differ from other layers'. */
export interface LoraLayer {
  /** Matrix A `[rank, in]`. */
  readonly loraA: Matrix;
  /** Matrix B `[out, rank]`. */
  readonly loraB: Matrix;
  readonly alpha: number;
  /** DoRA magnitude, the length of each merged weight row, `[out]`. */
  readonly magnitude?: Float32Array;
}

export const TASK_TYPES = [
  "SEQ_CLS",
  "CAUSAL_LM",
  "SEQ_2_SEQ_LM",
  "TOKEN_CLS",
  "QUESTION_ANS",
  "FEATURE_EXTRACTION",
] as const;
export type PeftTaskType = (typeof TASK_TYPES)[number];

/** Trained adapter, as a PEFT folder holds it. */
export interface PeftAdapter {
  /** Default rank for layers: `r` in the config. */
  readonly rank: number;
  /** Default alpha for layers: `lora_alpha` in the config. */
  readonly alpha: number;
  /** Rule for the factor on B·A: alpha / rank, or alpha / √rank. */
  readonly scalingRule: ScalingRule;
  readonly dropout: number;
  /** True for DoRA, with a magnitude per layer: W' = magnitude ∘ (W + scaling·B·A) / ‖W + scaling·B·A‖ by row. */
  readonly dora: boolean;
  /** True if the base stores W as `[in, out]`, as GPT-2's Conv1D does; A and B are not transposed. */
  readonly fanInFanOut: boolean;
  /** Adapted modules: path ends such as `q_proj`, or whole paths. */
  readonly targetModules: readonly string[];
  /** PEFT task type; null when the config names none. */
  readonly taskType: PeftTaskType | null;
  /** Base model: a hub id (`org/name`, `org/name@revision`) or a path. Empty when the config names none. */
  readonly baseModel: string;
  /** Class names in the order of the head's outputs, written as `id2label.json`. */
  readonly classNames?: readonly string[];
  /**
   * Length in tokens, special tokens included, at which training and evaluation cut texts; written as
   * `truncation.json`. Scores hold for texts cut there, at their end.
   */
  readonly maxLength?: number;
  /** Layer updates by module path in the base model: `model.layers.0.self_attn.q_proj`. */
  readonly layers: ReadonlyMap<string, LoraLayer>;
  /** Layers trained whole, by tensor name: `score.weight` `[classes, hidden]`, `classifier.bias` `[classes]`. */
  readonly heads: ReadonlyMap<string, Float32Tensor>;
}

/**
 * Factor on B·A: alpha / rank, or alpha / √rank under rsLoRA, with the layer's own alpha and rank.
 *
 * @throws InputError E_PEFT when the adapter has no such layer.
 */
export function layerScaling(adapter: Pick<PeftAdapter, "scalingRule" | "layers">, path: string): number {
  const layer = adapter.layers.get(path);
  if (layer === undefined)
    throw new InputError("E_PEFT", `layer must be one of the adapter's, got ${quoted(path)}`);
  return scalingOf(adapter.scalingRule, layer.alpha, layer.loraA.shape[0]);
}

const OUTPUT_LAYER = /(^|\.)(score|classifier|classifier\.out_proj)\.weight$/;

/** Class count of the trained classification head; undefined without one. */
export function classesOf({ heads }: Pick<PeftAdapter, "heads">): number | undefined {
  return [...heads].findLast(([name]) => OUTPUT_LAYER.test(name))?.[1].shape[0];
}

/** `id2label` as in transformers: `{ "0": "ham", "1": "spam" }`. */
export function id2label(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.entries());
}

export function label2id(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name, id) => [name, id]));
}

/** Class names from an `id2label`, by id; undefined unless every id from 0 on has a name. */
export function namesById(value: unknown): readonly string[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const names = Object.keys(value).map((_, id) => value[id]);
  return names.every((name) => typeof name === "string") ? names : undefined;
}

/**
 * Class names from an adapter folder's `id2label.json`. Throws E_PEFT naming the file unless there is a name for each
 * head output.
 */
export function parseClassNames(
  value: JsonObject,
  heads: PeftAdapter["heads"],
  file: string,
): readonly string[] {
  const classNames = namesById(value);
  const problem =
    classNames === undefined
      ? `it must name every class by its id from 0 on, got ${shown(value)}`
      : classNamesProblem({ classNames, heads });
  if (classNames === undefined || problem !== undefined)
    throw new InputError("E_PEFT", `${file}: ${problem}`);
  return classNames;
}

export function classNamesProblem({
  classNames,
  heads,
}: Pick<PeftAdapter, "classNames" | "heads">): string | undefined {
  if (classNames === undefined) return undefined;
  const classes = classesOf({ heads }) ?? classNames.length;
  const areDifferent = new Set(classNames).size === classNames.length;
  if (classNames.length === classes && classes > 0 && areDifferent) return undefined;
  const rule = classes > 0 ? `${classes} different names` : "at least one name";
  return `class names must be ${rule}, one for each output of the head, got ${shown(classNames)}`;
}
