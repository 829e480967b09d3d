import { checkRuns } from "../../checks/finds.ts";
import { decideDesign } from "../../decide/decide.ts";
import type { OutcomeTable } from "../../decide/outcomes.ts";
import { comparedDesign } from "../../decide/paired-design.ts";
import { type DecideOptions, settingsOf } from "../../decide/settings.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";

export function decideOutcomes(outcomes: OutcomeTable, options: DecideOptions = {}): DecisionFacts {
  const settings = settingsOf(outcomes, options);
  return decideDesign(checkRuns(comparedDesign(outcomes), outcomes, settings), outcomes.examples, settings);
}
