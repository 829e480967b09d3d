import type { CheckedRuns } from "../decide/decide.ts";
import type { OutcomeTable } from "../decide/outcomes.ts";
import type { PairedDesign } from "../decide/paired-design.ts";
import type { DecideSettings } from "../decide/settings.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import type { CheckName } from "../schema/types.ts";
import { classPrior } from "./class-prior/find.ts";
import { collapsed } from "./collapsed/find.ts";
import { convergence } from "./convergence/find.ts";
import { copies } from "./copies/find.ts";
import type { CheckInputs, DecisionCheck } from "./find.ts";
import { groups } from "./groups/find.ts";
import { independentRuns } from "./independent-runs/find.ts";
import { robustness } from "./robustness/find.ts";
import { separateExamples } from "./separate-examples/find.ts";

/** Checks in their order: the training fault is read from the findings on convergence. */
const checks: Readonly<Record<CheckName, DecisionCheck>> = {
  copies,
  collapsed,
  independentRuns,
  convergence,
  classPrior,
  robustness,
  groups,
  separateExamples,
  // Read from a sweep's results as it stands; nothing is computed.
  overlap: {},
  // Decided where the method is known.
  otherMetric: {},
};

const rows = Object.values(checks);

/**
 * Checks the runs of a design. Without `runs` only the design is checked: a method that compares ranks before its end
 * must not stop at a finding on all runs.
 */
export function checkRuns(
  design: PairedDesign,
  runs: OutcomeTable | undefined,
  settings: DecideSettings,
): CheckedRuns {
  let found: CheckedRuns = { design, forbids: [], members: {} };
  for (const { ofRuns } of rows) {
    const more = ofRuns?.(found.design, runs, settings);
    if (more === undefined) continue;
    found = {
      design: more.design ?? found.design,
      forbids: [...found.forbids, ...(more.forbids ?? [])],
      members: { ...found.members, ...more.members },
    };
  }
  return found;
}

/** Adds the findings of checks on a decision and on its trials. */
export function checked(decision: DecisionFacts, inputs: CheckInputs): DecisionFacts {
  let found = decision;
  for (const { ofDecision } of rows) found = { ...found, ...ofDecision?.(found, inputs) };
  return found;
}
