/** @jsxRuntime automatic */
/** @jsxImportSource preact */
// Each chart as a picture: the files of `snapshots/` open in a browser, and a change shows in their lines.
import { type RankRow, rankRows } from "@lorank/evidence/results";
import type { VNode } from "preact";
import { expect, test } from "vitest";
import { ArmQualityChart } from "../../src/charts/arm-quality-chart.tsx";
import { CostChart } from "../../src/charts/cost-chart.tsx";
import { DifferenceChart } from "../../src/charts/difference-chart.tsx";
import { LossChart } from "../../src/charts/loss-chart.tsx";
import { ProbeChart } from "../../src/charts/probe-chart.tsx";
import { QualityChart } from "../../src/charts/quality-chart.tsx";
import { RaceChart } from "../../src/charts/race-chart.tsx";
import { shownCompared } from "../../src/compared.ts";
import { AdvantageChart } from "../../src/comparison/advantage-chart.tsx";
import type { RankCurves } from "../../src/data/loss-curves.ts";
import { runValues } from "../../src/data/run-values.ts";
import { bytes } from "../../src/format.ts";
import { shownMetric } from "../../src/metric.ts";
import { modelsByCost, twelveArms } from "../fixtures/arms.ts";
import { twoSweeps } from "../fixtures/comparisons.ts";
import { race } from "../fixtures/race-summary.ts";
import { causalLm, inconclusive, probed } from "../fixtures/scenes.ts";
import { html } from "./render.ts";

/** The plainest style in which all marks are seen. */
const STYLE =
  "<style>line, path { stroke: #444; fill: none } rect { fill: #ccc } text { font: 12px sans-serif }</style>";

const pictureOf = (chart: VNode): string =>
  `${html(chart)
    .replace(/aria-label="[^"]*"/, (label) => label.replaceAll(">", "&gt;")) // of a name in it
    .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace(">", `>${STYLE}`)
    .replace(/<(?!\/(?:title|text|line|rect|circle|path|style)>)/g, "\n<")
    .trim()}\n`;

const curve = (end: number, steps: readonly number[]) =>
  steps.map((step) => [step, end + 2 / (step + 1)] as const);
const rank = (rank: number, end: number): RankCurves => ({
  ...{ rank, isRecommended: rank === 8, mean: curve(end, [0, 4, 9, 19]), diverged: rank === 8 ? 1 : 0 },
  seeds: [
    { seed: 0, points: curve(end + 0.1, [0, 9, 19]) },
    ...(rank === 8
      ? [
          {
            seed: 1,
            points: [
              [0, 2],
              [4, 9],
            ] as const,
            divergedAtStep: 5,
          },
        ]
      : []),
  ],
});
const ranks = [rank(4, 0.5), rank(8, 0.3)];
const curves = { ranks, steps: 20, ceiling: 2.8, window: 1, bucket: 1 };

const first = (rows: readonly RankRow[], count: number) => rows.slice(0, count);

test.each<[name: string, chart: () => VNode]>([
  [
    "quality",
    () => {
      const results = inconclusive();
      const [rows, metric] = [rankRows(results), shownMetric("accuracy", results)];
      const runs = runValues(rows, metric).filter(({ seed }) => seed! < 2);
      return <QualityChart rows={rows} runs={runs} metric={metric} majorityShare={0.84} />;
    },
  ],
  [
    "quality-predicted",
    () => {
      const results = probed();
      const [rows, metric] = [first(rankRows(results), 3), shownMetric("log-loss", results)];
      return <QualityChart rows={rows} runs={[]} metric={metric} />;
    },
  ],
  [
    "quality-arms",
    () => {
      const results = modelsByCost();
      const [rows, metric] = [rankRows(results), shownMetric("accuracy", results)];
      const runs = runValues(rows, metric, results).filter(({ seed }) => seed! < 2);
      const compared = shownCompared(results.decision);
      return (
        <ArmQualityChart rows={rows} runs={runs} metric={metric} compared={compared} majorityShare={0.79} />
      );
    },
  ],
  [
    "difference-arms",
    () => {
      const { decision } = twelveArms();
      const ranks = decision.ranks.slice(0, 5);
      return (
        <DifferenceChart decision={decision} ranks={ranks} metric={shownMetric("accuracy", twelveArms())} />
      );
    },
  ],
  [
    "difference",
    () => {
      const { decision } = inconclusive();
      const chosen = { ...decision, rank: 16 };
      return <DifferenceChart decision={chosen} metric={shownMetric("accuracy", inconclusive())} />;
    },
  ],
  [
    "advantage",
    () => {
      const { comparison } = twoSweeps();
      const rows = comparison.each!.map((one) => ({ ...one, name: `rank ${one.rank}` }));
      const metric = shownMetric("accuracy", inconclusive());
      return <AdvantageChart rows={rows} sides={["before", "after"]} margin={0.01} metric={metric} />;
    },
  ],
  [
    "difference-log-loss",
    () => <DifferenceChart decision={causalLm().decision} metric={shownMetric("log-loss", causalLm())} />,
  ],
  [
    "probe",
    () => {
      const { decision } = probed();
      return (
        <ProbeChart decision={decision} probe={decision.probe!} metric={shownMetric("accuracy", probed())} />
      );
    },
  ],
  ["race", () => <RaceChart race={race} recommended={8} compared={shownCompared({})} />],
  ["loss", () => <LossChart compared={shownCompared({})} curves={curves} rank={ranks[1]!} />],
  [
    "cost",
    () => (
      <CostChart
        title="Adapter file"
        compared={shownCompared({})}
        write={bytes}
        bars={[
          { rank: 4, isRecommended: false, value: 674e3 },
          { rank: 8, isRecommended: true, value: 1.34e6 },
          { rank: 16, isRecommended: false, value: undefined },
        ]}
      />
    ),
  ],
])("%s", async (name, chart) => {
  await expect(pictureOf(chart())).toMatchFileSnapshot(`snapshots/${name}.svg`);
});
