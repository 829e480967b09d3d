import { createHash } from "node:crypto";
import { basename } from "node:path";
import { InputError } from "@lorank/core";
import { spamAssassin } from "@lorank/starter";
import { type LabelledText, readTextTable, splitTrainValidation, type TextTable } from "@lorank/train";
import { defaults, splitSeed, validationShare } from "../defaults.ts";
import { counted } from "../text.ts";

export interface LabelledTexts {
  readonly name: string;
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  /** What was guessed or left out, to be said aloud. */
  readonly notes: readonly string[];
}

export interface TextsOptions {
  /** `spam-assassin`, or a file. */
  readonly data: string;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly trainExamples?: number | undefined;
  readonly validationExamples?: number | undefined;
}

/**
 * The texts of a sweep. The same options on the same data give the same texts in the same order: they are taken in
 * the order of the SHA-256 of their ids, which has nothing to do with what they say.
 *
 * @throws InputError `E_DATA` with all that makes them unfit for a comparison.
 */
export function loadTexts(options: TextsOptions): LabelledTexts {
  const source = options.data === defaults.data ? spamTexts(options) : fileTexts(options);
  const { train, validation } = source;
  const problems: string[] = [];
  const wanted = {
    "train-examples": options.trainExamples,
    "validation-examples": options.validationExamples,
  };
  for (const [key, have] of [
    ["train-examples", train.length],
    ["validation-examples", validation.length],
  ] as const) {
    const want = wanted[key];
    if (want !== undefined && want > have)
      problems.push(`${key} must be at most ${have}, what the data hold, got ${want}`);
  }
  if (train.length === 0) problems.push(`${options.data} must hold texts to train on, got none`);
  if (validation.length === 0) problems.push(`${options.data} must hold texts to validate on, got none`);
  if (problems.length === 0) {
    const chosen = {
      ...source,
      train: train.slice(0, options.trainExamples),
      validation: validation.slice(0, options.validationExamples),
    };
    problems.push(...classProblems(chosen));
    if (problems.length === 0) return chosen;
  }
  throw new InputError("E_DATA", problems.join("\n"));
}

function spamTexts(options: TextsOptions): LabelledTexts {
  const problems = (["text-column", "label-column"] as const).filter((key) =>
    key === "text-column" ? options.textColumn !== undefined : options.labelColumn !== undefined,
  );
  if (problems.length > 0) {
    throw new InputError(
      "E_DATA",
      `${problems.join(" and ")} must be absent with spam-assassin, which has no columns`,
    );
  }
  const { train, validation } = spamAssassin();
  const of = (texts: readonly LabelledText[], count: number) => byHash(texts, ({ id }) => id).slice(0, count);
  return {
    name: defaults.data,
    // A larger number than there is must be refused like any other, so take at least what was asked for.
    train: of(train, options.trainExamples ?? defaults.trainExamples),
    validation: of(validation, options.validationExamples ?? defaults.validationExamples),
    notes: [],
  };
}

/**
 * Rows of a file. A column `split` says which rows are for training and validation; without one, a fifth of each class,
 * or about as many rows as asked for, is set aside. Before that, a text that occurs twice is kept once: it could lie on
 * both sides and be remembered instead of recognised.
 */
function fileTexts(options: TextsOptions): LabelledTexts {
  const { textColumn, labelColumn, validationExamples } = options;
  const table = readTextTable(options.data, {
    ...(textColumn === undefined ? {} : { textColumn }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
  });
  const hasSplit = table.rows.some(({ split }) => split !== undefined);
  const rows = hasSplit ? table.rows : withoutRepeats(table.rows);
  const classes = new Set(rows.map(({ label }) => label)).size;
  // Each class rounds its share, so ask for a little more than will be taken.
  const wanted = validationExamples === undefined ? undefined : (validationExamples + classes) / rows.length;
  const share = wanted === undefined ? validationShare : Math.min(wanted, 1 - 1 / (rows.length + 1));
  const { train, validation } = splitTrainValidation(rows, share, splitSeed);
  const repeated = table.rows.length - rows.length;
  return {
    name: basename(options.data),
    train: byHash(train, ({ id }) => id),
    validation: byHash(validation, ({ id }) => id),
    notes: [
      ...guessNotes(table),
      ...(repeated > 0 ? [`Left out ${counted(repeated, "text")} that occurred before.`] : []),
      ...(validation.some(({ split }) => split === "validation")
        ? []
        : [
            "Texts for validation were drawn from the file, class by class. A column named split would decide instead.",
          ]),
    ],
  };
}

function withoutRepeats(rows: TextTable["rows"]): TextTable["rows"] {
  const seen = new Set<string>();
  return rows.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function guessNotes({ guessed, textColumn, labelColumn }: TextTable): string[] {
  const names = { text: textColumn, label: labelColumn };
  const guesses = guessed.map(
    (kind) => `the ${kind} is in column ${JSON.stringify(names[kind])} (--${kind}-column)`,
  );
  return guesses.length > 0 ? [`Guessed from the names: ${guesses.join(", ")}.`] : [];
}

function classProblems({ train, validation }: LabelledTexts): string[] {
  const trained = new Set(train.map(({ label }) => label));
  const validated = new Set(validation.map(({ label }) => label));
  const all = [...new Set([...trained, ...validated])].sort();
  if (all.length < 2) {
    return [`the data must have two or more classes, got only ${JSON.stringify(all[0])}`];
  }
  const unseen = all.filter((label) => !trained.has(label));
  return unseen.map(
    (label) => `class ${JSON.stringify(label)} must have a training text, got it in validation only`,
  );
}

function byHash<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, hash: createHash("sha256").update(key(item)).digest("hex") }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .map(({ item }) => item);
}
