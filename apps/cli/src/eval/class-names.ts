import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readModelConfig } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";

export interface ClassNameSources {
  /** `--labels` */
  readonly asked: readonly string[] | undefined;
  readonly adapterFolder: string | undefined;
  readonly modelPath: string;
  /** The labels of the data. */
  readonly found: readonly string[];
  /** How many classes the head tells apart. */
  readonly classes: number;
}

/**
 * The names of a head's classes, in the order of its outputs: as asked for, or from the `trial.json` that lies beside an
 * adapter made here, or from the model's `id2label`, or the labels of the data in the order in which training sorts them.
 *
 * @throws InputError E_LABELS when none of them has as many names as the head has classes, or the data have others.
 */
export function classNames(sources: ClassNameSources): {
  readonly names: readonly string[];
  readonly from: string;
} {
  const { asked, adapterFolder, modelPath, found, classes } = sources;
  const sorted = [...new Set(found)].sort();
  const candidates = [
    { names: asked, from: "--labels" },
    { names: namesOfTrial(adapterFolder), from: "the adapter's trial.json" },
    { names: namesOfConfig(modelPath, classes), from: "the model's id2label" },
    { names: sorted, from: "the data, sorted" },
  ];
  const chosen = candidates.find(({ names }) => names !== undefined && names.length === classes);
  if (asked !== undefined && asked.length !== classes) throw wrongNumber("--labels", classes, asked);
  if (chosen === undefined) throw wrongNumber("the data (or --labels)", classes, sorted);
  const unknown = sorted.filter((label) => !chosen.names!.includes(label));
  if (unknown.length > 0) {
    throw new InputError(
      "E_LABELS",
      `labels of the data must be among ${chosen.names!.join(", ")} (from ${chosen.from}), got ${unknown.join(", ")}`,
    );
  }
  return { names: chosen.names!, from: chosen.from };
}

function wrongNumber(what: string, classes: number, names: readonly string[]): InputError {
  return new InputError(
    "E_LABELS",
    `${what} must name the ${classes} classes of the head in its order, got ${names.length}: ${names.join(", ")}`,
  );
}

function namesOfTrial(folder: string | undefined): readonly string[] | undefined {
  const file = folder === undefined ? undefined : join(folder, "trial.json");
  if (file === undefined || !existsSync(file)) return undefined;
  const trial = JSON.parse(readFileSync(file, "utf8")) as {
    readonly spec?: { readonly task?: { readonly labels?: unknown } };
  };
  return texts(trial.spec?.task?.labels);
}

/** `LABEL_0` and so on are what transformers writes where nobody named them. */
function namesOfConfig(modelPath: string, classes: number): readonly string[] | undefined {
  const { id2label } = readModelConfig(modelPath).config as { readonly id2label?: Record<string, unknown> };
  const names = texts(Array.from({ length: classes }, (_, i) => id2label?.[i]));
  return names?.some((name) => /^LABEL_\d+$/.test(name)) ? undefined : names;
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value : undefined;
}
