import type { OutcomeTable } from "../../../src/decide/outcomes.ts";
import { decideRace as decideFacts } from "../../../src/methods/race/decide.ts";
import type { RaceOptions } from "../../../src/methods/race/so-far.ts";
import type { Decision } from "../../../src/schema/types.ts";
import { explained } from "../../../src/words/in-words.ts";

/** A race's decision with its words, as `decideResults` gives it for a sweep. */
export function decideRace(outcomes: OutcomeTable, options: RaceOptions): Decision {
  return explained(decideFacts(outcomes, options));
}
