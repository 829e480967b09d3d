import type { ScalingRule } from "@lorank/core";
import { InputError, scalingOf } from "@lorank/core";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Float32Tensor } from "../tensor.ts";
import { quoted, shown } from "../text.ts";

/** A matrix in memory, row-major. */
export interface Matrix {
  readonly shape: readonly [rows: number, columns: number];
  readonly data: Float32Array;
}

/** The factors of one layer's update, scaling · B · A. The rank is the number of rows of A and may be the layer's own. */
export interface LoraLayer {
  /** `[rank, in]` */
  readonly loraA: Matrix;
  /** `[out, rank]` */
  readonly loraB: Matrix;
  /** This layer's own; see {@link layerScaling}. */
  readonly alpha: number;
  /** DoRA's length of each row of the merged weight, `[out]`. */
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

/** A trained adapter, as a PEFT folder holds it. */
export interface PeftAdapter {
  /** The rank of the layers that have no other: `r` of the config. */
  readonly rank: number;
  /** Likewise: `lora_alpha`. */
  readonly alpha: number;
  /** Rule by which alpha and rank become the factor on B·A. */
  readonly scalingRule: ScalingRule;
  readonly dropout: number;
  /** True where each layer has a magnitude: W' = magnitude ∘ (W + scaling·B·A) / ‖W + scaling·B·A‖ by row. */
  readonly dora: boolean;
  /** True where the base stores W transposed, `[in, out]`, as GPT-2's Conv1D does. A and B are the same either way. */
  readonly fanInFanOut: boolean;
  /** Last parts of module paths, such as `q_proj`, or whole paths. */
  readonly targetModules: readonly string[];
  /** Null when the config names none. */
  readonly taskType: PeftTaskType | null;
  /** The base: a hub id (`org/name`, `org/name@revision`) or a path. Empty when the config names none. */
  readonly baseModel: string;
  /** The classes of a classifier, in the order of the head's outputs, written as `id2label.json`. Absent where nobody named them. */
  readonly classNames?: readonly string[];
  /**
   * Tokens, special ones included, of the longest text that it was trained or evaluated on, written as `truncation.json`.
   * Its scores hold for texts that are cut there, at their end. Absent where nobody wrote it.
   */
  readonly maxLength?: number;
  /** Keyed by module path in the base model: `model.layers.0.self_attn.q_proj`. */
  readonly layers: ReadonlyMap<string, LoraLayer>;
  /** Layers that were trained whole, by tensor name: `score.weight` `[classes, hidden]`, `classifier.bias` `[classes]`. */
  readonly heads: ReadonlyMap<string, Float32Tensor>;
}

/**
 * The factor on B·A of one layer: alpha / rank, or alpha / √rank under rsLoRA, with the layer's own alpha and rank.
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

/** Number of classes that an adapter's own trained head tells apart; undefined where it has no head. */
export function classesOf({ heads }: Pick<PeftAdapter, "heads">): number | undefined {
  return [...heads].findLast(([name]) => OUTPUT_LAYER.test(name))?.[1].shape[0];
}

/** `id2label` of transformers: `{ "0": "ham", "1": "spam" }`. */
export function id2label(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.entries());
}

/** `label2id` of transformers: `{ "ham": 0, "spam": 1 }`. */
export function label2id(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name, id) => [name, id]));
}

/** The names in an `id2label`, in the order of the ids; undefined unless it names every id from 0 on. */
export function namesById(value: unknown): readonly string[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const names = Object.keys(value).map((_, id) => value[id]);
  return names.every((name) => typeof name === "string") ? names : undefined;
}

/**
 * The class names in an adapter folder's `id2label.json`.
 *
 * @throws InputError E_PEFT naming the file when they are not one for each output of the head.
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

/** Describes the fault in the class names of an adapter; undefined where they have none. */
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
