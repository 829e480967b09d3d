import { InputError } from "@lorank/core";
import type { SecondaryOfRun } from "../../decide/outcomes.ts";
import type { SecondaryOutcome } from "../../schema/types.ts";
import { namedColumn, type TakenColumns } from "./row-choices.ts";

/** Conditions and other outcomes, as flags have them: `forgetting<=0.05`, `forgetting:lower`. */
export interface SecondaryFlags {
  readonly condition?: readonly string[] | undefined;
  readonly outcome?: readonly string[] | undefined;
}

/**
 * Secondary outcomes that flags name, conditions first.
 *
 * @throws InputError `E_CONFIG` for another form, and for an outcome named twice.
 */
export function secondaryOf({ condition = [], outcome = [] }: SecondaryFlags): SecondaryOutcome[] {
  const outcomes = [...condition.map(conditionIn), ...outcome.map(outcomeIn)];
  for (const [index, { name }] of outcomes.entries()) {
    if (outcomes.findIndex((one) => one.name === name) === index) continue;
    throw new InputError("E_CONFIG", `--condition and --outcome must name ${name} once, got it again`);
  }
  return outcomes;
}

function conditionIn(text: string): SecondaryOutcome {
  const [, name = "", sign, limit = ""] = /^(.*?)\s*([<>]=)\s*(\S+)$/.exec(text.trim()) ?? [];
  const value = Number(limit);
  if (name !== "" && Number.isFinite(value))
    return { name, better: sign === "<=" ? "lower" : "higher", limit: value };
  const rule = "--condition must be a column and its limit, such as forgetting<=0.05 or recall>=0.9";
  throw new InputError("E_CONFIG", `${rule}, got ${JSON.stringify(text)}`);
}

function outcomeIn(text: string): SecondaryOutcome {
  const [, name = "", better] = /^(.+):(higher|lower)$/.exec(text.trim()) ?? [];
  if (name !== "") return { name, better: better as SecondaryOutcome["better"] };
  const rule = "--outcome must be a column and its better side, such as forgetting:lower";
  throw new InputError("E_CONFIG", `${rule}, got ${JSON.stringify(text)}`);
}

/** Column of a secondary outcome, as it is written in the table. */
export interface SecondaryColumn {
  readonly name: string;
  readonly column: string;
}

/** @throws InputError `E_COLUMN` for no such column, or for one that tells something else. */
export function secondaryColumns(
  outcomes: readonly SecondaryOutcome[],
  columns: readonly string[],
  source: string,
  taken: TakenColumns,
): SecondaryColumn[] {
  return outcomes.map(({ name, limit }) => {
    const flag = limit === undefined ? "--outcome" : "--condition";
    const column = namedColumn(flag, name, columns, source);
    const use = taken.get(column);
    if (use === undefined) return { name, column };
    const rule = `${flag} must name a column beside those of rank, seed and score`;
    throw new InputError("E_COLUMN", `${rule} in ${source}, got ${name}, the ${use}`);
  });
}

/** Values over a run's rows, averaged by outcome. */
export function averagedSecondary(
  runs: readonly { readonly secondary?: readonly SecondaryOfRun[] }[],
): SecondaryOfRun[] | undefined {
  return runs[0]?.secondary?.map(({ name }, index) => ({
    name,
    values: [runs.reduce((sum, run) => sum + run.secondary![index]!.values[0]!, 0) / runs.length],
  }));
}

/** @throws InputError `E_CONFIG` for secondary outcomes of what is no table. */
export function assertNoSecondary(outcomes: readonly SecondaryOutcome[] = [], got: string): void {
  const [first] = outcomes;
  if (first === undefined) return;
  const flag = first.limit === undefined ? "--outcome" : "--condition";
  const rule = `${flag} must be of a table with a column for it and a row for each run or example`;
  throw new InputError("E_CONFIG", `${rule}, got ${first.name} for ${got}`);
}
