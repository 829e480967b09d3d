import { basename } from "node:path";
import { InputError } from "@lorank/core";
import { spamAssassin } from "@lorank/starter";
import { type LabelledText, type Row, readRows, type TextTable, textTableOf } from "@lorank/train";
import { defaults } from "../defaults.ts";
import { counted } from "../text.ts";
import { byHash, guessNote, shareOut, sizeProblems } from "./parts.ts";

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
 * `rows` are those of the file, where it has been read before.
 *
 * @throws InputError `E_DATA` with all that makes them unfit for a comparison.
 */
export function loadTexts(options: TextsOptions, rows?: readonly Row[]): LabelledTexts {
  const source =
    options.data === defaults.data ? spamTexts(options) : fileTexts(options, rows ?? readRows(options.data));
  const problems = sizeProblems(source, options);
  if (problems.length === 0) {
    const chosen = {
      ...source,
      train: source.train.slice(0, options.trainExamples),
      validation: source.validation.slice(0, options.validationExamples),
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
 * Rows of a file. A text that occurs twice is kept once where the file has no `split` column: it could lie on both sides
 * and be remembered instead of recognised.
 */
function fileTexts(options: TextsOptions, records: readonly Row[]): LabelledTexts {
  const { textColumn, labelColumn, validationExamples } = options;
  const table = textTableOf(options.data, records, {
    ...(textColumn === undefined ? {} : { textColumn }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
  });
  const hasSplit = table.rows.some(({ split }) => split !== undefined);
  const rows = hasSplit ? table.rows : withoutRepeats(table.rows);
  const repeated = table.rows.length - rows.length;
  const names = { text: table.textColumn, label: table.labelColumn };
  const { train, validation, drawn } = shareOut(rows, validationExamples);
  return {
    name: basename(options.data),
    train,
    validation,
    notes: [
      ...guessNote(table.guessed.map((kind) => ({ kind, column: names[kind], flag: `${kind}-column` }))),
      ...(repeated > 0 ? [`Left out ${counted(repeated, "text")} that occurred before.`] : []),
      ...(drawn
        ? [
            "Texts for validation were drawn from the file, class by class. A column named split would decide instead.",
          ]
        : []),
    ],
  };
}

function withoutRepeats(rows: TextTable["rows"]): TextTable["rows"] {
  const seen = new Set<string>();
  return rows.filter(({ text }) => !seen.has(text) && seen.add(text));
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
