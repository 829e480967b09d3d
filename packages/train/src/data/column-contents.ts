/** Columns by what they hold, for files whose columns have names of their own. */
import { plainName, type Row } from "@lorank/tables";
import { cell, usualColumn } from "./columns.ts";

/** Most classes that a column of labels is taken to have. */
const MOST_CLASSES = 20;
/** Fewest rows a class has on average: a column of fewer may be of names. */
const ROWS_PER_CLASS = 4;

/** A column that may hold labels, with the number of its distinct values. */
interface LabelCandidate {
  readonly column: string;
  readonly classes: number;
}

interface ColumnContents {
  /** Columns of texts: mostly distinct values, and several words in most of them. */
  readonly texts: readonly string[];
  /** Columns of 2 to 20 values that repeat. */
  readonly labels: readonly LabelCandidate[];
}

/** Sorts columns by what they hold. Numbers and ids are neither texts nor labels. */
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

/** The columns of preference pairs, as DPO's trainers read them: an answer that was preferred, and another. */
export function preferenceColumns(columns: readonly string[]): { readonly chosen: string } | undefined {
  const [chosen, rejected] = [usualColumn(columns, "chosen"), usualColumn(columns, "rejected")];
  return chosen === undefined || rejected === undefined ? undefined : { chosen };
}

/**
 * The lines of an error about columns that were not found, with the options that would read the file where some do.
 *
 * @param problems a line for each column
 * @param optionName name of an option such as `labelColumn`
 */
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

/** True for a column that is neither an id nor the name of a part or a group. */
export function isDataColumn(column: string): boolean {
  return !["id", "split", "group"].includes(plainName(column));
}
