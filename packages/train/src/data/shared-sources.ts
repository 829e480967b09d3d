import { capitalised, counted } from "@lorank/core";
import type { SharedSources } from "@lorank/evidence/schema";
import { columnsOf, type Row } from "@lorank/tables";
import { usualColumn } from "./columns.ts";
import { type DataOptions, optionNamed } from "./data-options.ts";
import type { Grouped } from "./groups.ts";
import { type ExampleKind, plainWords } from "./repeats.ts";
import { headsOf } from "./row-heads.ts";
import { type SharedPassages, sharedPassages } from "./shared-passages.ts";

/** Least share of validation examples with a shared source for a note. */
const noted = 0.1;

/** Counts of validation examples that seem to share a source, and a note; empty for few. */
interface FoundSources {
  readonly sharedSources?: SharedSources;
  readonly notes: readonly string[];
}

/**
 * Finds validation examples that share a subject line or all words with another, or long passages with another or a
 * training example. Empty if groups are known or declined, or for under a tenth of the examples.
 */
export function findSharedSources<T extends Grouped>(
  { train, validation }: { readonly train: readonly T[]; readonly validation: readonly T[] },
  { noun, wordsOf, subjectOf = () => "" }: ExampleKind<T>,
  options: DataOptions,
): FoundSources {
  if (options.groupColumn !== undefined || validation.some(({ group }) => group !== undefined))
    return { notes: [] };
  const words = (of: readonly T[]): string[] => of.map((example) => plainWords(wordsOf(example)));
  const validationWords = words(validation);
  const isMuch = (count: number): boolean => count > 0 && count >= noted * validation.length;
  const signs = [
    {
      by: "subject",
      find: () => repeatedIn(validation.map(subjectOf)),
      have: "have the subject line of another, but for Re: and Fwd:",
      source: "thread",
    },
    {
      by: "words",
      find: () => repeatedIn(validationWords),
      have: "differ from another only in case, spaces or punctuation",
      source: "source",
    },
    {
      by: "passages",
      find: () => sharedPassages(validationWords, words(train)),
      have: "share long passages with another",
      source: "document",
    },
  ] as const;
  for (const { by, find, have, source } of signs) {
    const { withAnother, withTraining } = find();
    const [another, training] = [withAnother.length, withTraining.length];
    if (!isMuch(another) && !isMuch(training)) continue;
    const option = optionNamed(options, "groupColumn");
    const plural = `${capitalised(noun)}s of one ${source}`;
    const remedy = `${option} names a column by which intervals count ${source}s.`;
    const of = `${counted(validation.length, `validation ${noun}`)}`;
    return {
      sharedSources: { validation: another, ...(training > 0 ? { withTraining: training } : {}), by },
      notes: [
        ...(isMuch(another)
          ? [`${another} of ${of} ${have}. ${plural} are no independent evidence: ${remedy}`]
          : []),
        ...(isMuch(training)
          ? [
              `${training} of ${of} share long passages with a training ${noun}. ${plural} on both sides make validation look ` +
                `better than new ${source}s would: with ${option} a ${source} is on one side.`,
            ]
          : []),
      ],
    };
  }
  return { notes: [] };
}

function repeatedIn(names: readonly string[]): SharedPassages {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const withAnother = [...names.keys()].filter((i) => names[i] !== "" && counts.get(names[i]!)! > 1);
  return { withAnother, withTraining: [] };
}

/** Mail subject lines, from a column or a text's first line; empty for none. */
export function subjectsIn(
  rows: readonly Row[],
): (mail: { readonly id: string; readonly text: string }) => string {
  const columns = columnsOf(rows);
  const column = usualColumn(columns, "subject");
  if (column === undefined) return ({ text }) => plainSubject(/^Subject:([^\n]*)/i.exec(text)?.[1]);
  const heads = headsOf(rows, columns);
  const byId = new Map(heads.map(({ id }, i) => [id, rows[i]!.values.get(column)]));
  return ({ id }) => plainSubject(byId.get(id));
}

/** Subject without reply and forward prefixes, in English and German. */
function plainSubject(subject: unknown): string {
  if (typeof subject !== "string") return "";
  return plainWords(subject.replace(/^(?:\s*(?:re|fwd?|aw|wg)(?:\[\d+\])?:)+/i, ""));
}
