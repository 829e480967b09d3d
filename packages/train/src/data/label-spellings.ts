import { type DataOptions, optionNamed } from "./data-options.ts";
import { plainName } from "./usual-columns.ts";

interface Labelled {
  readonly label: string;
}

/** Rows whose labels are told apart as the options say, and a sentence where some are nearly the same. */
interface Spelled<T> {
  readonly rows: readonly T[];
  readonly testRows: readonly T[] | undefined;
  readonly notes: readonly string[];
}

/** Most labels that a sentence lists. */
const mostListed = 8;

/**
 * Finds labels that differ only in case or in the spaces around them. With `mergeLabels` each group of them becomes one
 * class, by its most frequent spelling; without it they stay classes of their own.
 */
export function spellLabels<T extends Labelled>(
  rows: readonly T[],
  testRows: readonly T[] | undefined,
  options: DataOptions,
): Spelled<T> {
  const all = [...rows, ...(testRows ?? [])];
  const counts = new Map<string, number>();
  for (const { label } of all) counts.set(label, (counts.get(label) ?? 0) + 1);
  const byName = new Map<string, string[]>();
  for (const label of counts.keys())
    byName.set(plainName(label), [...(byName.get(plainName(label)) ?? []), label]);
  const groups = [...byName.values()].filter((spellings) => spellings.length > 1);
  if (groups.length === 0) return { rows, testRows, notes: [] };
  const labels = groups.flat();
  const listed = labels.slice(0, mostListed).map((label) => JSON.stringify(label));
  const rest = labels.length > mostListed ? ` and ${labels.length - mostListed} more` : "";
  const found = `${labels.length} labels differ only in case or in spaces around them: ${listed.join(", ")}${rest}.`;
  const option = optionNamed(options, "mergeLabels");
  const classes = groups.length === 1 ? "one class" : `${groups.length} classes`;
  if (options.mergeLabels !== true)
    return {
      rows,
      testRows,
      notes: [`${found} Each is a class of its own; ${option} makes them ${classes}.`],
    };
  const merged = new Map(
    groups.flatMap((spellings) => {
      const usual = spellings.reduce((a, b) => (counts.get(b)! > counts.get(a)! ? b : a)).trim();
      return spellings.map((label) => [label, usual] as const);
    }),
  );
  const spelled = (row: T): T => ({ ...row, label: merged.get(row.label) ?? row.label });
  return {
    rows: rows.map(spelled),
    testRows: testRows?.map(spelled),
    notes: [`${found} They are ${classes} (${option}).`],
  };
}
