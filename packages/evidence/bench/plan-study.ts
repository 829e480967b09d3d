/**
 * What `previewDesign` promises of two and of four ranks, and how often sweeps that are drawn keep it: that a difference is
 * found, that an equal rank is certified within a margin, and that a number of examples certifies one.
 *
 *     node --conditions=@lorank/source --import tsx bench/plan-study.ts --sweeps=2000
 */
import { parseArgs } from "node:util";
import { compareRanks, type PairwiseComparison, pairOf, shortfallBound } from "../src/decide/compare.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { observedNoise, type PairNoise } from "../src/decide/plan/pair-noise.ts";
import { previewDesign } from "../src/decide/plan/preview.ts";
import { drawTable, ranks, type World, worlds } from "./worlds.ts";

const sweeps = Number(parseArgs({ options: { sweeps: { type: "string", default: "2000" } } }).values.sweeps);
const equal = (count: number): number[] => Array.from({ length: count }, () => 0.85);
const percent = (share: number): string => (100 * share).toFixed(1);

interface Size {
  readonly seeds: number;
  readonly examples: number;
}

/** Noise of the difference of two equal ranks: the mean over 20 sweeps of 10 seeds and 4,000 examples. */
function pilot(world: World): PairNoise {
  const noises = Array.from({ length: 20 }, (_, i) =>
    observedNoise(drawTable(world, equal(2), { seeds: 10, examples: 4000 }, 5_000_000 + i), "accuracy"),
  );
  const mean = (pick: (noise: PairNoise) => number): number =>
    noises.reduce((sum, noise) => sum + pick(noise), 0) / noises.length;
  return {
    components: {
      seed: mean(({ components }) => components.seed),
      example: mean(({ components }) => components.example),
      residual: mean(({ components }) => components.residual),
    },
    differing: mean(({ differing }) => differing),
    unit: 1,
  };
}

/** Share of sweeps whose comparison holds, in per cent. */
function rate(
  world: World,
  accuracies: readonly number[],
  size: Size,
  holds: (comparison: PairwiseComparison) => boolean,
): string {
  let count = 0;
  for (let i = 0; i < sweeps; i++) {
    const table = drawTable(world, accuracies, size, 1_000_000 + i);
    if (holds(compareRanks(pairedDesign(table), "accuracy", 0.95))) count++;
  }
  return percent(count / sweeps);
}

const smallest = ranks[0]!;
const next = ranks[1]!;
const found = ({ pairs }: PairwiseComparison): boolean => {
  const { pair, mean } = pairOf(pairs, next, smallest);
  return pair.supported && mean > 0;
};
const certified =
  (margin: number) =>
  ({ pairs }: PairwiseComparison): boolean =>
    shortfallBound(pairs, smallest) <= margin;

const lines = [
  "| world, ranks, seeds, 800 examples | difference, points | found | with 1/1.2 of it | margin, points | certified | within 1/1.2 of it |",
  "| --- | --- | --- | --- | --- | --- | --- |",
];
const designs = ["plain", "quiet", "beta"].map((name) => {
  const world = worlds.find((candidate) => candidate.name === name)!;
  return { world, noise: pilot(world) };
});
for (const { world, noise } of designs) {
  for (const count of [2, 4]) {
    for (const seeds of [3, 5, 10]) {
      const size = { seeds, examples: 800 };
      const { rows } = previewDesign({ noise, ranks: count, margin: 0.01, ...size });
      const { difference, certifiableMargin } = rows.find((row) => row.seeds === seeds)!;
      const finds = (gap: number): string =>
        rate(
          world,
          equal(count)
            .with(0, 0.85 - gap / 2)
            .map((one, i) => (i > 0 ? one + gap / 2 : one)),
          size,
          found,
        );
      const certifies = (margin: number): string => rate(world, equal(count), size, certified(margin));
      const cells = [
        `${world.name}, ${count}, ${seeds}`,
        ...[percent(difference), finds(difference), finds(difference / 1.2)],
        ...[percent(certifiableMargin), certifies(certifiableMargin), certifies(certifiableMargin / 1.2)],
      ];
      lines.push(`| ${cells.join(" | ")} |`);
    }
  }
}
lines.push(
  "",
  "| world, four ranks, margin, seeds | promised examples | certified | with 1/1.2 of them |",
  "| --- | --- | --- | --- |",
);
for (const { world, noise } of designs) {
  for (const [margin, seeds] of [
    [0.04, 5],
    [0.03, 8],
    [0.025, 10],
  ] as const) {
    const { examples } = previewDesign({ noise, ranks: 4, seeds, examples: 200, margin }).needs;
    const of = (factor: number): string =>
      rate(world, equal(4), { seeds, examples: Math.round(examples! * factor) }, certified(margin));
    lines.push(`| ${world.name}, ${100 * margin}, ${seeds} | ${examples} | ${of(1)} | ${of(1 / 1.2)} |`);
  }
}
console.log(lines.join("\n"));
