import type { MethodName, TrialSpec } from "@lorank/core/results";
import { trialId } from "@lorank/train/spec";
import { checkSpecs, extraTrials } from "../checks/checks.ts";
import type { Plan } from "../plan/plan.ts";
import { isComplete } from "./done.ts";
import { grid } from "./grid.ts";
import type { Method } from "./method.ts";
import { probe } from "./probe.ts";
import { race } from "./race.ts";

/** Trials by method. Its decisions are a row of `core/src/decide/methods.ts`. */
const methods: Readonly<Record<MethodName, (plan: Plan) => Method>> = { grid, probe, race };

export function methodOf(plan: Plan): Method {
  return withChecks(methods[plan.config.method ?? "grid"](plan), plan);
}

/** Trials that the plan's method will have run in the end, as far as that can be said beforehand: at most, if it may end early. */
export function expectedTrials(plan: Plan): number {
  return methodOf(plan).expectedTrials;
}

/** A method that, when it has all its trials, also wants those of the plan's checks. */
function withChecks(method: Method, plan: Plan): Method {
  const { config } = plan;
  return {
    ...method,
    expectedTrials: method.expectedTrials + extraTrials(plan).length,
    wanted: (store) => {
      const wanted = method.wanted(store);
      // While trials are missing the method may yet want more of them.
      if (!isComplete(store, wanted.trials)) return wanted;
      const hasSpec = (spec: TrialSpec): boolean => store.hasSpec(trialId(spec));
      return { ...wanted, ...checkSpecs(config, compared(wanted.trials), hasSpec) };
    },
  };
}

/** Trials of the ranks that ran under most seeds: a rank that was given up early is no part of the answer. */
function compared(trials: readonly TrialSpec[]): TrialSpec[] {
  const runs = (rank: number): number => trials.filter(({ lora }) => lora.rank === rank).length;
  const most = Math.max(...trials.map(({ lora }) => runs(lora.rank)));
  return trials.filter(({ lora }) => runs(lora.rank) === most);
}
