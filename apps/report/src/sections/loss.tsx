/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { RankRow } from "@lorank/evidence/results";
import { LossChart } from "../charts/loss-chart.tsx";
import { Panels } from "../charts/step-panel.tsx";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { type LossCurves, lossCurves } from "../data/loss-curves.ts";
import { mostCharted, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { fixed, integer } from "../format.ts";
import { DataTable, numberCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

export function Loss(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results } = props;
  const all = props.rows.filter((row) => row.costs); // a panel without a run would be empty
  const rows = selectRanks(all, results.decision, mostCharted);
  const curves = lossCurves(rows);
  const compared = shownCompared(results.decision);
  if (curves.steps === 0) return null;
  return (
    <Section id="loss" title={`Training loss by ${compared.one}`} lead={describe(curves, compared)}>
      <figure>
        <Panels
          of={curves.ranks}
          panel={(rank, width) => <LossChart key={rank.rank} {...{ curves, rank, compared, width }} />}
        />
        <LeftOut
          words={[ranksLeftOut(all, rows, compared), runsLeftOut(curves, compared)]}
          where={whereAll(results)}
        />
        <Twin of="Training loss as a table">
          <LossTable curves={curves} compared={compared} />
        </Twin>
      </figure>
    </Section>
  );
}

function runsLeftOut({ mostRuns }: LossCurves, { oneOf }: ShownCompared): string | undefined {
  if (mostRuns === undefined) return undefined;
  const which = "failed ones, those that end lowest and highest, and some between";
  return `Of ${oneOf}'s runs at most ${mostRuns} are drawn: ${which}. Means are of all runs.`;
}

function describe({ window, bucket }: LossCurves, { many }: ShownCompared): string {
  const smoothed =
    window > 1
      ? `the mean over seeds, smoothed: a moving average over ${window} steps`
      : "the mean over seeds, not smoothed";
  const seeds =
    bucket > 1 ? `the single runs, drawn as means of ${bucket} steps` : "the single runs, step by step";
  return `Nats per training step. Strong line: ${smoothed}. Faint lines: ${seeds}. Grey lines behind: the means of the other ${many}.`;
}

function LossTable(props: { readonly curves: LossCurves; readonly compared: ShownCompared }) {
  const { curves, compared } = props;
  const longest = curves.ranks.reduce((a, b) => (b.mean.length > a.mean.length ? b : a), curves.ranks[0]!);
  const stride = Math.max(1, Math.ceil(longest.mean.length / 10));
  const picked = longest.mean
    .map((point, index) => ({ step: point[0], index }))
    .filter(({ index }) => index % stride === 0 || index === longest.mean.length - 1);
  return (
    <DataTable
      caption="Mean training loss over seeds, as drawn, in nats"
      columns={[
        { head: "Step", words: true },
        ...curves.ranks.map((rank) => ({ head: compared.label(rank.rank), unit: "nats" })),
      ]}
      rows={picked.map(({ step, index }) => ({
        key: index,
        cells: [
          integer(step),
          ...curves.ranks.map((rank) => {
            const point = rank.mean[index];
            return numberCell(point?.[1], (loss) => fixed(loss, 3));
          }),
        ],
      }))}
    />
  );
}
