import { checkRuns } from "../../checks/finds.ts";
import { withArmsInOrder } from "../../decide/arm-order.ts";
import { decideDesign } from "../../decide/decide.ts";
import type { OutcomeTable } from "../../decide/outcomes.ts";
import { comparedDesign } from "../../decide/paired-design.ts";
import { type DecideOptions, settingsOf } from "../../decide/settings.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";

export function decideOutcomes(table: OutcomeTable, options: DecideOptions = {}): DecisionFacts {
  const settings = settingsOf(table, options);
  const outcomes = withArmsInOrder(table, settings.metric);
  const { examples, axis } = outcomes;
  return decideDesign(checkRuns(comparedDesign(outcomes), outcomes, settings), examples, settings, { axis });
}
