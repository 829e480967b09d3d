import { counted, InputError } from "@lorank/core";
import { columnsOf, type Row } from "@lorank/tables";
import { noGroups } from "@lorank/tables/names";
import { cell, columnProblem, pickColumn, usualColumn } from "./columns.ts";
import { type DataOptions, optionNamed } from "./data-options.ts";
import { countGroups, type Grouped } from "./groups.ts";

/** Group column, and notes on a likely column that was not used. */
export interface GroupColumn {
  readonly groupColumn?: string;
  readonly guesses: readonly { readonly kind: string; readonly column: string; readonly option: string }[];
  readonly notes: readonly string[];
}

/** Least group count for a guessed column; a `group` column with control and treatment has fewer. */
const fewestGuessed = 10;

/** Finds the group column: by option, else `group`, if every row has a group and there are ten or more. */
export function groupColumnOf(rows: readonly Row[], options: DataOptions): GroupColumn {
  const { groupColumn } = options;
  const none = { guesses: [], notes: [] };
  if (groupColumn === noGroups) return none;
  if (groupColumn !== undefined) return { ...none, groupColumn };
  const likely = usualColumn(columnsOf(rows), "group");
  if (likely === undefined) return none;
  const names = rows.map(({ values }) => cell(values.get(likely)));
  const groups = new Set(names).size;
  const empty = names.filter(isEmpty).length;
  if (groups >= fewestGuessed && empty === 0) {
    const guess = { kind: "group", column: likely, option: "groupColumn" };
    return { groupColumn: likely, guesses: [guess], notes: [] };
  }
  const why = empty > 0 ? `is empty in ${counted(empty, "row")}` : `names only ${counted(groups, "group")}`;
  const use = `${optionNamed(options, "groupColumn")} ${likely} uses it`;
  return {
    ...none,
    notes: [
      `Column ${JSON.stringify(likely)} ${why} and was not used: examples count as independent (${use}).`,
    ],
  };
}

/** Group column in a test file; undefined if the column was guessed in the data and is missing here. */
export function groupColumnIn(
  rows: readonly Row[],
  { groupColumn, guesses }: GroupColumn,
): string | undefined {
  const isGuessed = guesses.length > 0;
  return isGuessed && !columnsOf(rows).includes(groupColumn!) ? undefined : groupColumn;
}

function isEmpty(name: string): boolean {
  return name.trim() === "";
}

export interface RowGroups {
  readonly problems: readonly string[];
  /** Row rules for `usableRows`: the rule in words, and a test for rows that break it. */
  readonly rules: readonly (readonly [rule: string, isWrong: (i: number) => boolean])[];
  readonly groupOf: (i: number) => Grouped;
}

/** Reads each row's group from a column; without a column, rows have no group. */
export function rowGroups(path: string, rows: readonly Row[], groupColumn: string | undefined): RowGroups {
  const columns = columnsOf(rows);
  const { name } = pickColumn(columns, groupColumn, []);
  if (name === undefined) {
    const problems = groupColumn === undefined ? [] : [columnProblem(path, "group", groupColumn, columns)];
    return { problems, rules: [], groupOf: () => ({}) };
  }
  const names = rows.map(({ values }) => cell(values.get(name)));
  return {
    problems: [],
    rules: [["have a group, got none", (i) => isEmpty(names[i]!)]],
    groupOf: (i) => ({ group: names[i]! }),
  };
}

/** Throws E_DATA if all examples are in one group: differences between groups would be unknown. */
export function assertGroups(part: string, examples: readonly Grouped[], options: DataOptions): void {
  if (countGroups(examples) !== 1) return;
  const option = optionNamed(options, "groupColumn");
  throw new InputError(
    "E_DATA",
    `the ${part} examples must be in two or more groups, got 1 (${option} ${noGroups} takes examples as independent)`,
  );
}
