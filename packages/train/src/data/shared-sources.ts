import { columnsOf, type Row, usualColumn } from "@lorank/tables";
import { counted, type DataOptions, optionNamed } from "./data-options.ts";
import type { Grouped } from "./groups.ts";
import { type ExampleKind, plainWords } from "./repeats.ts";
import { headsOf } from "./row-heads.ts";

/** Share of the validation examples from which a note is worth reading. */
const noted = 0.1;

/**
 * A sentence on validation examples that seem to share a source with another one, or none. They have the same subject line,
 * as mails of a thread, or nearly the same words. There is none where groups are known, or declined.
 */
export function sharedSourceNotes<T extends Grouped>(
  validation: readonly T[],
  { noun, wordsOf, subjectOf = () => "" }: ExampleKind<T>,
  options: DataOptions,
): string[] {
  if (options.groupColumn !== undefined || validation.some(({ group }) => group !== undefined)) return [];
  const signs = [
    { nameOf: subjectOf, have: "have the subject line of another, but for Re: and Fwd:", source: "thread" },
    {
      nameOf: (example: T) => plainWords(wordsOf(example)),
      have: "differ from another only in case, spaces or punctuation",
      source: "source",
    },
  ];
  for (const { nameOf, have, source } of signs) {
    const shared = countShared(validation.map(nameOf));
    if (shared < noted * validation.length || shared === 0) continue;
    const option = optionNamed(options, "groupColumn");
    return [
      `${shared} of ${counted(validation.length, `validation ${noun}`)} ${have}. ${noun[0]!.toUpperCase()}${noun.slice(1)}s of one ${source} are no ` +
        `independent evidence: ${option} names a column by which intervals count ${source}s.`,
    ];
  }
  return [];
}

/** Counts names that occur more than once. */
function countShared(names: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.filter((name) => name !== "" && counts.get(name)! > 1).length;
}

/** Tells the subject line of a mail, from a column or the first line of its text; empty for none. */
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

/** A subject without what answers and forwarded mails put before it, in English and German. */
function plainSubject(subject: unknown): string {
  if (typeof subject !== "string") return "";
  return plainWords(subject.replace(/^(?:\s*(?:re|fwd?|aw|wg)(?:\[\d+\])?:)+/i, ""));
}
