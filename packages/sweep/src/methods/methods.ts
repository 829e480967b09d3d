import type { MethodName } from "@lorank/core/results";
import type { Plan } from "../plan/plan.ts";
import { grid } from "./grid.ts";
import type { Method } from "./method.ts";
import { probe } from "./probe.ts";
import { race } from "./race.ts";
import { withRobustness } from "./robustness.ts";

const methods: Record<MethodName, (plan: Plan) => Method> = { grid, probe, race };

export function methodOf(plan: Plan): Method {
  const method = methods[plan.config.method ?? "grid"](plan);
  return plan.config.robustness ? withRobustness(method, plan) : method;
}

/** Trials that the plan's method will have run in the end, as far as that can be said beforehand: of a race, at most. */
export function expectedTrials(plan: Plan): number {
  return methodOf(plan).expectedTrials;
}
