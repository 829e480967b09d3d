import { namesIn } from "../schema/arm-axis.ts";
import type { SecondaryOutcome } from "../schema/types.ts";
import type { OutcomeTable, SecondaryOfRun } from "./outcomes.ts";

interface SecondaryRun {
  readonly rank: number;
  readonly seed?: number;
  readonly secondary?: readonly SecondaryOfRun[];
}

/** Faults in secondary outcomes, or in runs that lack them; at most five. */
export function secondaryProblems(
  outcomes: readonly SecondaryOutcome[],
  runs: readonly SecondaryRun[],
  axis?: OutcomeTable["axis"],
): string[] {
  const problems: string[] = [];
  const names = outcomes.map(({ name }) => name);
  for (const [index, { name, better, limit }] of outcomes.entries()) {
    if (names.indexOf(name) < index) problems.push(`${name} must be one secondary outcome, got it again`);
    if (better !== "higher" && better !== "lower")
      problems.push(`better of ${name} must be higher or lower, got ${better}`);
    if (limit !== undefined && !Number.isFinite(limit))
      problems.push(`limit of ${name} must be a finite number, got ${limit}`);
    problems.push(...valueProblems(name, runs, axis));
  }
  return problems.slice(0, 5);
}

function valueProblems(name: string, runs: readonly SecondaryRun[], axis: OutcomeTable["axis"]): string[] {
  const nameOf = namesIn(axis);
  const problems: string[] = [];
  let count: number | undefined;
  for (const run of runs) {
    const place = `${nameOf(run.rank)}${run.seed === undefined ? "" : `, seed ${run.seed}`}`;
    const values = run.secondary?.find((one) => one.name === name)?.values;
    if (values === undefined || values.length === 0) {
      problems.push(`${place}: ${name} must be present in all runs, got none`);
      continue;
    }
    count ??= values.length;
    if (values.length !== count)
      problems.push(`${place}: ${name} must have ${count} values, got ${values.length}`);
    const wrong = Array.from(values).find((value) => !Number.isFinite(value));
    if (wrong !== undefined) problems.push(`${place}: ${name} must be a number, got ${wrong}`);
  }
  return problems;
}
