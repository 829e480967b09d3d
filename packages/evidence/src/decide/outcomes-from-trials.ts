import { valueColumns } from "../columns/outcome-columns.ts";
import { armNumber, namesIn } from "../schema/arm-axis.ts";
import type { OfAxis } from "../schema/arm-types.ts";
import { canonicalJson } from "../schema/canonical-json.ts";
import { leftOutOf, outcomesOf, without } from "../schema/scores.ts";
import type { FailedTrial, Measured, SpecMembers, TrialResult } from "../schema/types.ts";
import { OutcomeProblems } from "./outcome-problems.ts";
import { type FailedRun, type OutcomeCell, type OutcomeTable, outcomeTable } from "./outcomes.ts";

export type EvaluatedTrial = Pick<TrialResult, "spec" | "status" | "evaluation"> &
  Partial<Pick<TrialResult, "lossCurve" | "measured" | "points">>;

/**
 * Outcome table from trials. Trials must agree on base, data and task, or on the trainer; those without a result become
 * failures. Examples that a judge left out of any run are left out everywhere. `groups`: group numbers by example, from
 * 0. The last argument is the sweep whose arms are compared. (default: ranks are)
 */
export function outcomesFromTrials(
  trials: readonly EvaluatedTrial[],
  groups?: readonly number[],
  failed: readonly FailedTrial[] = [],
  { axis }: OfAxis = {},
): OutcomeTable {
  const cells: OutcomeCell[] = [];
  const failures: FailedRun[] = failed.map(({ rank, seed, reason }) => ({
    ...{ rank, seed, reason },
    status: "failed",
  }));
  const problems = new OutcomeProblems();
  const nameOf = namesIn(axis);
  const seen = new Set<string>();
  const leftOut = leftOutOf(trials.map(({ evaluation }) => evaluation));
  let examples: number | undefined;
  for (const { spec, status, evaluation, lossCurve = [], measured, points } of trials) {
    const { seed } = spec;
    const rank = armNumber(spec, axis);
    const name = `${nameOf(rank)}, seed ${seed}`;
    if (rank === 0 && axis !== undefined)
      problems.add(`${name}: must be of an arm in the sweep, got ${spec.arm}`);
    if (seen.has(name)) problems.add(`${name}: must occur once, got it again`);
    seen.add(name);
    if (!sameSubject(spec, trials[0]!.spec)) {
      problems.add(`${name}: base, data, task and answers, or the trainer, must be those of the first trial`);
    }
    if (status !== "completed") {
      failures.push({ rank, seed, status });
      continue;
    }
    if (!evaluation) {
      problems.add(`${name}: evaluation must be present in a completed trial`);
      continue;
    }
    examples ??= evaluation.correct.length;
    for (const [, { member, rule, holds }] of valueColumns) {
      const values = evaluation[member];
      if (values !== undefined && values.length !== examples)
        problems.add(`${name}: ${member} must have ${examples} values, got ${values.length}`);
      const wrong = values?.find((value) => !holds(value));
      if (wrong !== undefined) problems.add(`${name}: each of ${member} must be ${rule}, got ${wrong}`);
    }
    cells.push({
      ...{ rank, seed, ...outcomesOf(evaluation, leftOut) },
      ...(groups ? { groups: without(leftOut, groups) } : {}),
      ...(evaluation.secondary ? { secondary: evaluation.secondary } : {}),
      ...(points ? { points } : {}),
      ...(lossCurve.length > 0 ? { trainLosses: lossCurve.map(({ loss }) => loss) } : {}),
      // Start times of other trainers' runs only: engine trials depend on their spec, not on the time.
      ...(measured && "trainer" in spec ? { startedAt: startOf(measured) } : {}),
    });
  }
  if (groups && examples !== undefined && groups.length !== examples) {
    problems.add(
      `validationGroups must be as many as the outcomes of a trial, got ${groups.length} and ${examples}`,
    );
  }
  if (leftOut.size > 0 && leftOut.size === examples)
    problems.add(`each of ${examples} examples was left out of a run by the judge`);
  problems.throwIfAny();
  const table = outcomeTable(cells, failures, (examples ?? 0) - leftOut.size);
  return axis === undefined ? table : { ...table, axis };
}

function startOf({ provenance, seconds }: Measured): number {
  return Date.parse(provenance.finishedAt) - 1000 * seconds.total;
}

function sameSubject(a: TrialResult["spec"], b: TrialResult["spec"]): boolean {
  const subject = ({ trainer, base, data, task, answers }: SpecMembers): string =>
    JSON.stringify([trainer, base, data, task, answers].map((member) => member && canonicalJson(member)));
  return subject(a) === subject(b);
}
