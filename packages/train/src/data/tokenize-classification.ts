import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { assertDataset, naming, type TokenizedClassification, type TokenizedExample } from "./dataset.ts";
import type { Grouped } from "./groups.ts";

/** One text with the name of its class. */
export interface LabelledText extends Grouped {
  /** Distinct within its split. */
  readonly id: string;
  readonly label: string;
  readonly text: string;
}

export interface ClassificationTexts {
  readonly name: string;
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
  /** The classes in the order of their indices. (default: every label that occurs, sorted by UTF-16 unit) */
  readonly labels?: readonly string[];
  readonly tokenizer: TextTokenizer;
  /** Most tokens of one example, special ones included; the rest of a longer text is left out. */
  readonly maxLength: number;
  /** Called after each text, since long texts take a while. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Tokenises labelled texts for a classification trial. Throws E_DATASET, naming all of them, for texts without a
 * token, labels that are not among `labels`, and classes that have no training example.
 */
export function tokenizeClassification(options: ClassificationTexts): TokenizedClassification {
  const { name, train, validation, tokenizer, maxLength, onProgress } = options;
  const labels = options.labels ?? [...new Set([...train, ...validation].map(({ label }) => label))].sort();
  const total = train.length + validation.length;
  let done = 0;
  const rows = { labels, tokenizer, maxLength };
  const onRow = (): void => onProgress?.(++done, total);
  const dataset = {
    name,
    task: { kind: "classification", labels },
    train: tokenizeTextRows(train, rows, onRow),
    validation: tokenizeTextRows(validation, rows, onRow),
  } as const;
  assertDataset(dataset);
  return dataset;
}

/** Tokenises the texts of one part as {@link tokenizeClassification} does, and leaves checking them to who writes them. */
export function tokenizeTextRows(
  texts: readonly LabelledText[],
  { labels, tokenizer, maxLength }: Required<Pick<ClassificationTexts, "labels" | "tokenizer" | "maxLength">>,
  onRow: () => void = () => {},
): TokenizedExample[] {
  const index = new Map(labels.map((label, i) => [label, i]));
  return texts.map(({ id, label, text }) => {
    const example = {
      id,
      inputIds: naming(id, () => tokenizer.encode(text, maxLength)),
      label: index.get(label) ?? label,
    };
    onRow();
    return example as TokenizedExample; // an unknown label is still a string: who checks the data set names it
  });
}

/** For each part, the tokens before the cut of the examples that have more than `maxLength`: see {@link longTexts}. */
export interface LongExamples {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /** Absent without test examples. */
  readonly test?: readonly number[];
}

/** Tokens that are counted at most: a text is not read to its end for that alone. */
export function mostCounted(maxLength: number): number {
  return Math.max(1024, 4 * maxLength);
}

/**
 * Tokens of those texts that have more than `maxLength`, special ones included; above `mostCounted` it says only that a
 * text has more than that.
 *
 * @param examples the same texts, cut at `maxLength`.
 */
export function longTexts(
  texts: readonly LabelledText[],
  examples: readonly Pick<TokenizedExample, "inputIds">[],
  { tokenizer, maxLength }: { readonly tokenizer: TextTokenizer; readonly maxLength: number },
): number[] {
  return texts.flatMap(({ text }, i) => {
    if (examples[i]!.inputIds.length < maxLength) return [];
    const tokens = tokenizer.encode(text, mostCounted(maxLength) + 1).length;
    return tokens > maxLength ? [tokens] : [];
  });
}
