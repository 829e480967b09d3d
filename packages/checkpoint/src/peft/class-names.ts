import { InputError } from "@lorank/core";
import { isJsonObject, type JsonObject } from "../json.ts";
import { shown } from "../text.ts";
import type { PeftAdapter } from "./adapter.ts";

const OUTPUT_LAYER = /(^|\.)(score|classifier|classifier\.out_proj)\.weight$/;

/** How many classes an adapter's own trained head tells apart; undefined where it has no head. */
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

/** What is wrong with the class names of an adapter; undefined where nothing is. */
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
