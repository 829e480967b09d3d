/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { claimsOf, mayEndEarly, percent } from "@lorank/core/results";
import { plural } from "../format.ts";
import { Twin } from "../parts/data-table.tsx";
import { Course } from "../sections/course.tsx";
import { Differences } from "../sections/differences.tsx";
import type { LiveState } from "./live-state.ts";
import { PairChart, PairTable, seedPairs } from "./pair-chart.tsx";
import { metricOf, noDecisionYet } from "./words.ts";

/** What may honestly be said of the ranks while runs come in. */
export function LiveDifferences(props: { readonly state: LiveState }) {
  const { state } = props;
  return mayEndEarly(state.method) ? <LookCorrected state={state} /> : <SeedBySeed state={state} />;
}

/** Runs as they come: an interval that is looked at after each of them would err far more often than it says. */
function SeedBySeed(props: { readonly state: LiveState }) {
  const { state } = props;
  const pairs = seedPairs(state);
  const largest = Math.max(...state.ranks);
  return (
    <>
      <p class="lead">
        <strong>{noDecisionYet(state)}</strong>{" "}
        {pairs.length === 0
          ? `Here the differences to rank ${largest} appear, one for each seed of which both runs are done.`
          : `A dot is one seed of a rank less the same seed of rank ${largest}. No interval is shown: looked at after every run, it would be wrong more often than it says. The sweep decides once, when all runs are there.`}
      </p>
      {pairs.length > 0 && (
        <>
          <PairChart ranks={state.ranks} pairs={pairs} margin={state.margin} metric={metricOf(state)} />
          <Twin of="Differences as a table">
            <PairTable ranks={state.ranks} pairs={pairs} metric={metricOf(state)} />
          </Twin>
        </>
      )}
    </>
  );
}

/** Looks that are planned share the error between them: what is said at one holds however often it is read. */
function LookCorrected(props: { readonly state: LiveState }) {
  const { state } = props;
  const { decision, method, nextLook } = state;
  const next =
    nextLook === undefined ? "" : ` The next look is after ${plural(nextLook, "seed")} of each rank in play.`;
  if (decision === undefined)
    return (
      <p class="lead">
        <strong>{noDecisionYet(state)}</strong> The {method} has not looked at its outcomes so far.{next}
      </p>
    );
  const { name, ranks, seeds } = state;
  const reported = {
    decision,
    trials: [],
    sweep: { name, ranks, seeds },
    data: { validationExamples: decision.examples },
  };
  return (
    <>
      <p class="lead">
        <strong>{noDecisionYet(state)}</strong> These are the intervals of the {method}'s last look, after{" "}
        {plural(decision.seeds, "seed")}. They are corrected for all its looks, so they hold at{" "}
        {percent(decision.confidence)} however often they are read.{next}
      </p>
      <Differences results={reported} />
      <Course results={reported} claims={claimsOf(decision)} />
    </>
  );
}
