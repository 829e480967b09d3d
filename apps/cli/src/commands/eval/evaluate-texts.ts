import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import {
  type AdaptedModel,
  type EvaluatedTexts,
  type EvaluateTextsOptions,
  evaluateTexts,
} from "@lorank/train/engine";
import { tokenised } from "../../data/tokenised.ts";
import { flagOf } from "../../flags/flag-names.ts";
import type { EvaluationData } from "./texts.ts";

interface NamedEvaluationOptions
  extends Pick<EvaluateTextsOptions, "template" | "maxLength" | "onProgress" | "trainedOn">,
    Pick<ClassNameSources, "labels" | "ofAdapter" | "modelPath"> {
  readonly loaded: AdaptedModel;
  readonly data: EvaluationData;
}

/** Evaluates a model on texts: for a classifier, names its classes first; their order numbers the labels. */
export async function evaluateNamed({
  loaded,
  data,
  labels,
  ofAdapter,
  modelPath,
  ...options
}: NamedEvaluationOptions): Promise<EvaluatedTexts & { readonly classes?: ClassNames }> {
  const settings = { ...options, tokenised, optionName: flagOf };
  if (data.kind === "causal-lm") return evaluateTexts(loaded, data, settings);
  const found = data.rows.map(({ label }) => label);
  const count = loaded.head.kind === "classification" ? loaded.head.labels : 0;
  const classes = classNames({ labels, ofAdapter, modelPath, found, classes: count });
  const { notes, ...evaluated } = await evaluateTexts(loaded, data, {
    ...settings,
    classNames: classes.names,
  });
  const warning = "warning: nothing names the classes, so their order is a guess: --labels gives it";
  const isGuess = classes.from === "the data, in alphabetical order";
  return { ...evaluated, classes, notes: isGuess ? [...notes, warning] : notes };
}

export interface ClassNameSources {
  readonly labels: readonly string[] | undefined;
  readonly ofAdapter: readonly string[] | undefined;
  readonly modelPath: string;
  readonly found: readonly string[];
  readonly classes: number;
}

interface ClassNames {
  readonly names: readonly string[];
  readonly from: "--labels" | "the adapter" | "the model's id2label" | "the data, in alphabetical order";
}

/**
 * Class names in the order of the head's outputs: from --labels, the adapter, or the model's `id2label`. Otherwise the
 * data's labels in alphabetical order, which is a guess.
 * @throws E_LABELS for a wrong number of names, unnamed labels in the data, or reordered names of the adapter.
 */
export function classNames(sources: ClassNameSources): ClassNames {
  const chosen = choose(sources);
  const { names, from } = chosen;
  const { labels, ofAdapter, found, classes } = sources;
  if (names.length !== classes) throw wrongNumber(from, classes, names);
  if (labels && ofAdapter && isReordered(labels, ofAdapter)) {
    throw new InputError(
      "E_LABELS",
      `--labels must have the classes in the adapter's order, ${ofAdapter.join(", ")}, got ${labels.join(", ")}`,
    );
  }
  const unknown = [...new Set(found)].filter((label) => !names.includes(label)).sort();
  if (unknown.length > 0) {
    throw new InputError(
      "E_LABELS",
      `labels of the data must be among ${names.join(", ")} (from ${from}), got ${unknown.join(", ")}` +
        (labels ? "" : "\n--labels gives the classes other names, in the order of the head."),
    );
  }
  return chosen;
}

function choose({ labels, ofAdapter, modelPath, found, classes }: ClassNameSources): ClassNames {
  if (labels) return { names: labels, from: "--labels" };
  if (ofAdapter) return { names: ofAdapter, from: "the adapter" };
  const ofModel = namesOfConfig(modelPath);
  if (ofModel?.length === classes) return { names: ofModel, from: "the model's id2label" };
  return { names: [...new Set(found)].sort(), from: "the data, in alphabetical order" };
}

function wrongNumber(from: ClassNames["from"], classes: number, names: readonly string[]): InputError {
  const what = from === "the data, in alphabetical order" ? "the data (or --labels)" : from;
  return new InputError(
    "E_LABELS",
    `${what} must name the ${classes} classes of the head in its order, got ${names.length}: ${names.join(", ")}`,
  );
}

function isReordered(some: readonly string[], others: readonly string[]): boolean {
  const sorted = (names: readonly string[]): string => JSON.stringify([...names].sort());
  return sorted(some) === sorted(others) && some.some((name, i) => name !== others[i]);
}

/** Class names from `id2label`; undefined for transformers' placeholders such as `LABEL_0`. */
function namesOfConfig(modelPath: string): readonly string[] | undefined {
  const { classNames } = modelConfig(modelAt(modelPath));
  return classNames?.some((name) => /^LABEL_\d+$/.test(name)) ? undefined : classNames;
}
