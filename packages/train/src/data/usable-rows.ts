import { InputError } from "@lorank/core";
import { listRows, type Row } from "@lorank/tables";
import { missingColumns } from "./column-contents.ts";
import { columnProblem } from "./columns.ts";
import type { RowGroups } from "./group-column.ts";
import type { Grouped } from "./groups.ts";
import { headsOf, rowInFile, type Split, splitsOf } from "./row-heads.ts";

/** Table rows with the names of all columns; `path` names the file in errors. */
export interface Table {
  readonly path: string;
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
}

export interface InvalidRows {
  /** Skip rows with a missing value or an unknown split. (default: such rows are an error) */
  readonly skipInvalid?: boolean | undefined;
  /** Option name for users, such as a flag, for a hint in errors. */
  readonly optionName?: ((option: string) => string) | undefined;
}

type UsableRow = { readonly at: number; readonly id: string; readonly split?: Split } & Grouped;

interface ChosenColumn {
  readonly kind: string;
  readonly requested: string | undefined;
  readonly name: string | undefined;
}

/**
 * Finds an example's two columns.
 * @throws InputError `E_DATA` if either or the group column is missing, or both are the same.
 */
export function pairOfColumns(
  { path, rows, columns }: Table,
  pair: readonly [ChosenColumn, ChosenColumn],
  groups: RowGroups,
  { optionName }: InvalidRows,
): [string, string] {
  const [{ kind, name }, other] = pair;
  const missing = pair
    .filter((one) => one.name === undefined)
    .map((one) => columnProblem(path, one.kind, one.requested, columns, optionName?.(`${one.kind}Column`)));
  const problems = [...missing, ...groups.problems];
  if (name === undefined || other.name === undefined)
    throw new InputError("E_DATA", missingColumns(path, problems, rows, columns, optionName));
  if (problems.length > 0) throw new InputError("E_DATA", problems.join("\n"));
  if (name === other.name)
    throw new InputError("E_DATA", `${kind} and ${other.kind} must be two columns, got ${name} for both`);
  return [name, other.name];
}

/**
 * Usable rows. Others are an error, unless `skipInvalid` skips them.
 * @param rules each with a test, true for the index of a row that breaks it.
 * @throws InputError `E_DATA` with every row that breaks a rule or has an unknown split; with `skipInvalid`, if no row
 * remains.
 */
export function usableRows(
  { path, rows, columns }: Table,
  rules: RowGroups["rules"],
  groups: RowGroups,
  { skipInvalid = false, optionName }: InvalidRows,
): UsableRow[] {
  const splits = splitsOf(rows, columns);
  const all = [
    ...rules,
    ...groups.rules,
    ["be in split train, validation or test, got another", (i: number) => splits[i] === null] as const,
  ];
  const valid = [...rows.keys()].filter((i) => !all.some(([, isWrong]) => isWrong(i)));
  const invalid = rows.length - valid.length;
  if (invalid > 0 && (!skipInvalid || valid.length === 0)) {
    const lines = all.flatMap(([rule, isWrong]) => {
      const numbers = rows.filter((_, i) => isWrong(i)).map(rowInFile);
      return numbers.length === 0 ? [] : [`every row of ${path} must ${rule} in ${listRows(numbers)}`];
    });
    const those = invalid === 1 ? "this row" : `these ${invalid} rows`;
    if (optionName !== undefined && valid.length > 0)
      lines.push(`${optionName("skipInvalid")} leaves ${those} of ${rows.length} out.`);
    throw new InputError("E_DATA", lines.join("\n"));
  }
  const heads = headsOf(
    valid.map((i) => rows[i]!),
    columns,
  );
  return valid.map((at, i) => ({ at, ...heads[i]!, ...groups.groupOf(at) }));
}
