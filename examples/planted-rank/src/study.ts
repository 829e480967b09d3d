/**
 * Whether grid, probe and race find a planted rank, what probe and race save, and how well truncations predict the curve.
 * Prints the Markdown tables of packages/evidence/bench/probe.md.
 *
 *     node --conditions=@lorank/source --import tsx src/study.ts [--k=1,2,4,8,16] [--seeds=10] [--margin=0.02] [--epochs=3]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Decision } from "@lorank/evidence/results";
import { type ComparedMethods, compareMethods } from "./compare-methods.ts";

const { values } = parseArgs({
  options: {
    k: { type: "string", default: "1,2,4,8,16" },
    seeds: { type: "string", default: "10" },
    margin: { type: "string", default: "0.02" },
    epochs: { type: "string", default: "3" },
  },
});
const ranks = [1, 2, 4, 8, 16, 32];
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
const training = {
  trainExamples: 4000,
  validationExamples: 400,
  epochs: Number(values.epochs),
  learningRate: 0.02,
};

const nats = (value: number): string => value.toFixed(4);
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const header = (names: readonly string[]): string => [row(names), row(names.map(() => "---"))].join("\n");
const verdictOf = ({ verdict, rank }: Decision): string => (rank === null ? verdict : `${verdict}, ${rank}`);

function methodsRow(k: number, { decisions: { grid, probe, race }, curve }: ComparedMethods): string {
  const share = (part: { readonly runs: number; readonly gridRuns: number }): string =>
    `${part.runs} of ${part.gridRuns}, ${(part.runs / part.gridRuns).toFixed(2)}`;
  const errors = curve.map(({ predicted, trained }) => Math.abs(predicted - trained));
  const heights = [0, ...curve.map(({ trained }) => trained)];
  const spread = Math.max(...heights) - Math.min(...heights);
  const [average, largest] = [
    errors.reduce((sum, error) => sum + error, 0) / errors.length,
    Math.max(...errors),
  ];
  const missed = curve.filter(({ held }) => !held).map(({ rank }) => rank);
  return row([
    String(k),
    ...[grid, probe, race].map(verdictOf),
    share(probe.probe!),
    share(race.race!),
    nats(spread),
    `${nats(average)}, ${((100 * average) / spread).toFixed(1)} %`,
    `${nats(largest)}, ${((100 * largest) / spread).toFixed(1)} %`,
    missed.length === 0 ? `all ${curve.length}` : `all but ${missed.join(", ")}`,
  ]);
}

function curveRows(k: number, { curve }: ComparedMethods): string[] {
  return curve.map(({ rank, predicted, interval, trained, held }) =>
    row([
      String(k),
      String(rank),
      nats(trained),
      nats(predicted),
      nats(predicted - trained),
      interval.map(nats).join(" to "),
      held ? "yes" : "no",
    ]),
  );
}

const found: (readonly [number, ComparedMethods])[] = [];
for (const k of values.k.split(",").map(Number)) {
  const folder = mkdtempSync(join(tmpdir(), `lorank-planted-${k}-`));
  const margin = Number(values.margin);
  const compared = await compareMethods({
    planted: k,
    ranks,
    seeds,
    folder,
    trialsAtOnce: 2,
    margin,
    training,
  });
  rmSync(folder, { recursive: true });
  found.push([k, compared]);
  const { grid, probe, race } = compared.decisions;
  console.error(`k = ${k}, the teacher's log loss is ${nats(compared.teacherLogLoss)}`);
  for (const { explanation } of [grid, probe, race]) console.error(`  ${explanation}`);
}

console.log(
  [
    header([
      "planted",
      "grid",
      "probe",
      "race",
      "probe's runs",
      "race's runs",
      "spread of the curve",
      "mean error",
      "largest error",
      "intervals that held",
    ]),
    ...found.map(([k, compared]) => methodsRow(k, compared)),
    "",
    header(["planted", "rank", "trained", "predicted", "error", "predicted interval", "held"]),
    ...found.flatMap(([k, compared]) => curveRows(k, compared)),
  ].join("\n"),
);
