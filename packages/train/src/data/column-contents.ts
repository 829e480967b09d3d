/** Guesses columns by their contents, for files with unusual column names. */
import { plainName, type Row } from "@lorank/tables";
import { cell, usualColumn } from "./columns.ts";

const MOST_CLASSES = 20;
/** Least mean row count per class for a column of labels; columns with fewer may hold names. */
const ROWS_PER_CLASS = 4;

interface LabelCandidate {
  readonly column: string;
  readonly classes: number;
}

interface ColumnContents {
  /** Text columns: mostly distinct values, most with several words. */
  readonly texts: readonly string[];
  /** Label columns: 2 to 20 repeated values. */
  readonly labels: readonly LabelCandidate[];
}

/** Finds text and label columns by contents; ids, single words and numbers with many values are neither. */
export function columnContents(rows: readonly Row[], columns: readonly string[]): ColumnContents {
  const texts: string[] = [];
  const labels: LabelCandidate[] = [];
  for (const column of columns) {
    const cells = rows.map(({ values }) => cell(values.get(column)).trim()).filter((value) => value !== "");
    const distinct = new Set(cells);
    const phrases = cells.filter((value) => /\S\s+\S/.test(value)).length;
    if (distinct.size >= 2 && distinct.size <= Math.min(MOST_CLASSES, cells.length / ROWS_PER_CLASS))
      labels.push({ column, classes: distinct.size });
    else if (2 * distinct.size > cells.length && 2 * phrases > cells.length) texts.push(column);
  }
  return { texts, labels };
}

/**
 * Preference data's column of better answers, as DPO trainers read it; undefined without both `chosen` and `rejected`.
 */
export function preferenceColumns(columns: readonly string[]): { readonly chosen: string } | undefined {
  const [chosen, rejected] = [usualColumn(columns, "chosen"), usualColumn(columns, "rejected")];
  return chosen === undefined || rejected === undefined ? undefined : { chosen };
}

/** Error text about missing columns: `problems` line by line, then options that would read the file. */
export function missingColumns(
  path: string,
  problems: readonly string[],
  rows: readonly Row[],
  columns: readonly string[],
  optionName: (option: string) => string = (name) => name,
): string {
  const option = (name: string, column: string): string =>
    `${optionName(name)} ${/^[\w.-]+$/.test(column) ? column : JSON.stringify(column)}`;
  const preferences = preferenceColumns(columns);
  if (preferences !== undefined) {
    const { chosen } = preferences;
    const isConversation = rows.some(({ values }) => Array.isArray(values.get(chosen)));
    const prompt = usualColumn(columns, "prompt");
    const way =
      isConversation || prompt === undefined
        ? option("messagesColumn", chosen)
        : `${option("promptColumn", prompt)} ${option("responseColumn", chosen)}`;
    return (
      `${path} must hold texts with labels, or prompts with responses, got preference pairs, as for DPO\n` +
      `${way} trains on the preferred answers.`
    );
  }
  const { texts, labels } = columnContents(rows, columns.filter(isDataColumn));
  const ways = texts.flatMap((text) =>
    labels.map(
      ({ column, classes }) =>
        `${option("textColumn", text)} ${option("labelColumn", column)} (${classes} classes)`,
    ),
  );
  const [first, second] = texts;
  if (ways.length === 0 && first !== undefined && second !== undefined)
    ways.push(
      `${option("promptColumn", first)} ${option("responseColumn", second)} (to learn answers, not classes)`,
    );
  const advice = ways.length === 0 ? [] : [`By what the columns hold: ${ways.slice(0, 4).join(", or ")}.`];
  return [...problems, ...advice].join("\n");
}

/** True unless a column is an id, a split or a group. */
export function isDataColumn(column: string): boolean {
  return !["id", "split", "group"].includes(plainName(column));
}
