import { assertOptions, type OptionNames } from "@lorank/core";
import { type OutcomeTable, outcomeNames } from "./decide/outcomes.ts";
import { assertDecideOptions, type DecideOptions } from "./decide/settings.ts";
import { type DecidableResults, decideSweep } from "./methods/decide-results.ts";
import { decideOutcomes } from "./methods/grid/decide.ts";
import { type RunScoreTable, decideScores as scoreFacts } from "./methods/grid/decide-scores.ts";
import type { DecisionFacts } from "./schema/decision-facts.ts";
import type { ChosenRows, Decision } from "./schema/types.ts";
import { explained } from "./words/in-words.ts";

export type { Outcome, OutcomeCells } from "./columns/outcome-columns.ts";
export type { OutcomeTable } from "./decide/outcomes.ts";
export { outcomesFromRows } from "./decide/outcomes-from-rows.ts";
export type { PairNoise } from "./decide/plan/pair-noise.ts";
export { type DesignPreview, type PreviewRow, previewDesign } from "./decide/plan/preview.ts";
export type { ScoredRun } from "./decide/score-design.ts";
export type { DecideOptions } from "./decide/settings.ts";
export { simulateOutcomes } from "./decide/simulate.ts";
export { testScoreOf } from "./decide/test-score.ts";
export { nextLook } from "./methods/decide-results.ts";
export type { RunScoreTable } from "./methods/grid/decide-scores.ts";
export { quantileOfUpperTail } from "./statistics/student-t.ts";

function inWords<Args extends readonly unknown[]>(
  decide: (...args: Args) => DecisionFacts,
): (...args: Args) => Decision {
  return (...args) => explained(decide(...args));
}

/** Filters and averaging of a table's rows, to be repeated in the decision. */
interface OfChosenRows {
  readonly chosenRows?: ChosenRows;
}

function withChosenRows<Table>(
  decide: (table: Table, options?: DecideOptions) => DecisionFacts,
  what: string,
  names: OptionNames<Table>,
) {
  return (input: Table & OfChosenRows, options: DecideOptions = {}): DecisionFacts => {
    assertOptions(input, what, { ...names, chosenRows: false });
    assertDecideOptions(options);
    const { chosenRows, ...table } = input;
    return {
      ...decide(table as Table, options),
      ...(chosenRows === undefined ? {} : { chosenRows }),
    };
  };
}

/**
 * Decides which rank the outcomes support; seeds and evaluation examples are both samples.
 *
 * Each kind of wrong claim (ranks differ, a rank is adequate) has a probability of at most 1 - `confidence` in a sweep.
 * Deterministic: no resampling. docs/formulas.md has the method and its measured error rates.
 *
 * @throws InputError `E_DECIDE` for options that are wrong, or wrong for these outcomes.
 * @function
 */
export const decide: (outcomes: OutcomeTable & OfChosenRows, options?: DecideOptions) => Decision =
  /* @__PURE__ */ inWords(
    /* @__PURE__ */ withChosenRows(decideOutcomes, "the table of outcomes", outcomeNames),
  );

/**
 * Decides on a sweep's results by any method, with the sweep's settings or `options`. Checks add whether training was
 * done, faults in it, and findings at other learning rates and scalings.
 *
 * A margin is in the metric's unit, so another metric brings another default margin. Other options are judged on the
 * trials that the method ran.
 *
 * @throws InputError `E_DECIDE` for wrong options, `E_OUTCOMES` for trials that cannot be compared, and `E_ROBUSTNESS`.
 * @function
 */
export const decideResults: (results: DecidableResults, options?: DecideOptions) => Decision =
  /* @__PURE__ */ inWords(decideSweep);

/**
 * Decides which rank whole-run scores support, one score a run. Seeds are a sample. Without an example count, or for a
 * score other than a share, the decision is on these examples alone. Runs are paired by named seeds that ranks share,
 * else separate samples. All runs count, in any order.
 *
 * @throws InputError `E_DECIDE` for wrong options or runs, and without a margin for a metric that has no default.
 * @function
 */
export const decideScores: (scores: RunScoreTable & OfChosenRows, options?: DecideOptions) => Decision =
  /* @__PURE__ */ inWords(
    /* @__PURE__ */ withChosenRows(scoreFacts, "the table of scores", {
      runs: true,
      examples: false,
      axis: false,
    }),
  );
