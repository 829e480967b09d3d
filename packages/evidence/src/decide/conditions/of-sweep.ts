import { InputError } from "@lorank/core";
import type { MethodName, SecondaryOutcome } from "../../schema/types.ts";

/**
 * Outcomes of a sweep; those that are `limited` have other limits.
 *
 * @throws InputError `E_DECIDE` for one that the sweep does not have.
 */
export function withLimits(
  outcomes: readonly SecondaryOutcome[] = [],
  limited: readonly SecondaryOutcome[] = [],
): SecondaryOutcome[] {
  for (const { name, better } of limited) {
    const own = outcomes.find((outcome) => outcome.name === name);
    if (own?.better === better) continue;
    const known =
      outcomes.map((one) => `${one.name} (${one.better} is better)`).join(" or ") || "none at all";
    const rule = `a condition or outcome of a sweep must be of its secondary outcomes, ${known}`;
    throw new InputError("E_DECIDE", `${rule}, got ${name} (${better} is better)`);
  }
  return outcomes.map((outcome) => ({ ...outcome, ...limited.find(({ name }) => name === outcome.name) }));
}

/** @throws InputError `E_DECIDE` for a condition, which `method` cannot heed: it drops ranks by the metric alone. */
export function assertNoCondition(
  outcomes: readonly SecondaryOutcome[],
  method: Exclude<MethodName, "grid">,
): void {
  const condition = outcomes.find(({ limit }) => limit !== undefined);
  if (condition === undefined) return;
  const rule = `a sweep by ${method} must have no condition, since it drops ranks by the metric alone`;
  throw new InputError("E_DECIDE", `${rule}, got a limit of ${condition.limit} on ${condition.name}`);
}
