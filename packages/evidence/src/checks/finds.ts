import type { CheckedRuns } from "../decide/decide.ts";
import type { OutcomeTable } from "../decide/outcomes.ts";
import type { PairedDesign } from "../decide/paired-design.ts";
import type { ScoreDesign } from "../decide/score-design.ts";
import type { DecideSettings } from "../decide/settings.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import { classPrior } from "./class-prior/find.ts";
import { classes } from "./classes/find.ts";
import { collapsed } from "./collapsed/find.ts";
import { convergence } from "./convergence/find.ts";
import { copies } from "./copies/find.ts";
import type { CheckedScores, CheckInputs, Find } from "./find.ts";
import { groups } from "./groups/find.ts";
import { independentRuns } from "./independent-runs/find.ts";
import { points } from "./points/find.ts";
import { robustness } from "./robustness/find.ts";
import { separateExamples } from "./separate-examples/find.ts";

/** Checks' findings, in order: the training fault needs the convergence found before it. */
const finds: readonly Find[] = [
  copies,
  collapsed,
  independentRuns,
  convergence,
  classPrior,
  robustness,
  classes,
  groups,
  separateExamples,
  points,
];

export function checkRuns(design: PairedDesign, runs: OutcomeTable, settings: DecideSettings): CheckedRuns {
  let found: CheckedRuns = { design, forbids: [], members: {} };
  for (const { ofRuns } of finds) found = withMore(found, ofRuns?.(found.design, runs, settings));
  return found;
}

export function checkScores(scores: CheckedScores, settings: DecideSettings): CheckedRuns<ScoreDesign> {
  let found: CheckedRuns<ScoreDesign> = { design: scores.design, forbids: [], members: {} };
  for (const { ofScores } of finds)
    if (found.forbids.length === 0) found = withMore(found, ofScores?.(scores, settings));
  return found;
}

function withMore<Design>(
  found: CheckedRuns<Design>,
  more: Partial<CheckedRuns<Design>> = {},
): CheckedRuns<Design> {
  return {
    design: more.design ?? found.design,
    forbids: [...found.forbids, ...(more.forbids ?? [])],
    members: { ...found.members, ...more.members },
  };
}

export function checked(decision: DecisionFacts, inputs: CheckInputs): DecisionFacts {
  let found = decision;
  for (const { ofDecision } of finds) found = { ...found, ...ofDecision?.(found, inputs) };
  return found;
}
