/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { DifferenceChart, isAdequate } from "../charts/difference-chart.tsx";
import { shownCompared } from "../compared.ts";
import { mostCharted, mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { NONE, percent } from "../format.ts";
import { decisionMetric } from "../metric.ts";
import { DataTable, numberCell, scaled, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** Evidence for the verdict: each rank against the best on the same seeds and examples. */
export function Differences(props: { readonly results: Reported }) {
  const { results } = props;
  const { decision } = results;
  if (decision.ranks.length === 0) return null;
  const metric = decisionMetric(results);
  const margin = metric.margin(decision.margin);
  const compared = shownCompared(decision);
  const { one, oneOf } = compared;
  const best = compared.name(decision.bestRank!);
  const charted = selectRanks(decision.ranks, decision, mostCharted);
  const listed = selectRanks(decision.ranks, decision, mostRows);
  return (
    <Section
      id="differences"
      title={`Difference to the best mean, ${best}`}
      lead={`${decision.runScores ? "Runs are known by one score each." : `Runs of one seed are compared example by example, so an example that is hard for both ${compared.many} counts for neither.`} Bars are ${percent(decision.confidence)} intervals that hold for all pairs of ${compared.many} at once.`}
    >
      <figure>
        <div class="beside">
          <DifferenceChart decision={decision} ranks={charted} metric={metric} />
          <div class="aside">
            <h3>How to read it</h3>
            {decision.ranks.some((rank) => rank.shortfallBound !== undefined) ? (
              <p>
                The triangle{" "}
                <svg class="key" viewBox="0 0 10 7" aria-hidden="true">
                  <path d="M0 0h10l-5 7z" />
                </svg>{" "}
                is what these data show: at {percent(decision.confidence)} confidence no other {one} is better
                than this one by more than that. In the shaded zone, the margin of {margin}, it is filled, and
                the {one} is proven. Up to two margins {oneOf} may be recommended, if none is shown to beat
                it; the verdict is then not settled.
              </p>
            ) : (
              <p>
                The shaded zone is the margin of {margin}. With{" "}
                {decision.seeds === 1 ? "one seed" : "so few runs"} nothing can be shown of {oneOf}: the
                spread between seeds is unknown.
              </p>
            )}
            <p>
              The {one} with the best mean is not thereby better than the others: some {one} always has it.
            </p>
          </div>
        </div>
        <LeftOut
          words={[ranksLeftOut(decision.ranks, charted, compared)]}
          where={whereAll(results, listed.length === decision.ranks.length)}
        />
        <Twin of="Differences as a table">
          <DataTable
            caption={`Difference to ${best} in ${metric.units}${metric.ofTitle}`}
            columns={[
              { head: compared.head, words: true },
              { head: "Seeds" },
              { head: "Difference", unit: metric.units },
              { head: "Interval", unit: metric.units },
              { head: "Behind any other by at most", unit: metric.units },
              { head: `Within ${margin}`, words: true },
            ]}
            rows={listed.map((rank) => ({
              key: rank.rank,
              strong: rank.rank === decision.rank,
              cells: [
                compared.cell(rank.rank),
                String(rank.seeds),
                rank.rank === decision.bestRank
                  ? { main: "best mean", raw: [0] }
                  : numberCell(rank.differenceToBest, metric.difference, metric.scale),
                rank.rank === decision.bestRank
                  ? NONE
                  : {
                      main: metric.differenceInterval(rank.differenceInterval),
                      raw: scaled(metric, ...rank.differenceInterval),
                    },
                numberCell(rank.shortfallBound, (bound) => metric.amount(Math.max(0, bound)), metric.scale),
                rank.shortfallBound === undefined
                  ? "no claim"
                  : isAdequate(rank, decision)
                    ? "yes"
                    : "not shown",
              ],
            }))}
          />
          <LeftOut words={[ranksLeftOut(decision.ranks, listed, compared)]} where={whereAll(results)} />
        </Twin>
      </figure>
    </Section>
  );
}
