/**
 * How often copies of runs are caught, and how often sound sweeps lose their verdict to that check. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/copies-study.ts [--sweeps=200] [--seeds=2,3,5]
 *       [--parts=copies,scores,sound]
 */
import { compareRanks } from "../src/decide/compare.ts";
import type { OutcomeTable } from "../src/decide/outcomes.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { decideScores } from "../src/decide/run-scores.ts";
import { verdictOf } from "../src/decide/verdict.ts";
import { decide } from "../src/decide.ts";
import type { Decision } from "../src/results/types.ts";
import {
  type CopyNoise,
  copyWorlds,
  drawSound,
  type Forgotten,
  ranks,
  scoresOf,
  withCopies,
  withoutLogLoss,
} from "./copy-worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const sweeps = Number(options.get("sweeps") ?? 200);
const seedCounts = (options.get("seeds") ?? "2,3,5").split(",").map(Number);
const parts = (options.get("parts") ?? "copies,scores,sound").split(",");
const forgottens: readonly Forgotten[] = ["seed", "seed of one rank", "rank", "both"];

const head = (first: string, more: readonly string[]): void => {
  console.log(`\n| ${first} | ${more.join(" | ")} |\n|${" --- |".repeat(more.length + 1)}`);
};
const percent = (count: number): string => ((100 * count) / sweeps).toFixed(1);
const seedsNamed = seedCounts.map((seeds) => `${seeds} seeds`);

/** Nothing is claimed: no rank, and no difference between ranks. */
const claimsNothing = ({
  rank,
  certifiedRank,
  pairs,
}: Pick<Decision, "rank" | "certifiedRank" | "pairs">): boolean =>
  rank === null && (certifiedRank ?? null) === null && pairs === undefined;

function countOf(claims: (draw: number) => boolean): number {
  let count = 0;
  for (let draw = 0; draw < sweeps; draw++) if (claims(draw)) count++;
  return count;
}

const noises: readonly CopyNoise[] = [
  { name: "log losses ± 1e-9", loss: 1e-9, flips: 0 },
  { name: "log losses ± 1e-5", loss: 1e-5, flips: 0 },
  { name: "log losses ± 1e-5, 1 % flipped", loss: 1e-5, flips: 0.01 },
  { name: "no log losses, equal", loss: 0, flips: 0 },
  { name: "no log losses, 0.2 % flipped", loss: 0, flips: 0.002 },
  { name: "no log losses, 1 % flipped", loss: 0, flips: 0.01 },
];

if (parts.includes("copies")) {
  head("forgotten, noise, world: caught, %", seedsNamed);
  for (const forgotten of forgottens)
    for (const noise of noises)
      for (const world of copyWorlds.filter(({ noise: own }) => own === undefined)) {
        const cells = seedCounts.map((seeds) => {
          // One rank under two seeds is one pair, which may be alike by chance.
          if (forgotten === "seed of one rank" && seeds < 3) return "";
          return percent(
            countOf((draw) => {
              const table = withCopies(drawSound(world, seeds, draw), forgotten, noise, draw);
              return claimsNothing(decide(noise.name.startsWith("no") ? withoutLogLoss(table) : table));
            }),
          );
        });
        console.log(`| ${forgotten}, ${noise.name}, ${world.name} | ${cells.join(" | ")} |`);
      }
}

if (parts.includes("scores")) {
  head("forgotten, noise of scores, examples known: caught, %", seedsNamed);
  const world = copyWorlds[0]!;
  for (const forgotten of [...forgottens, undefined])
    for (const noise of forgotten === undefined ? [0] : [0, 1e-6])
      for (const isKnown of [false, true]) {
        const cells = seedCounts.map((seeds) =>
          percent(
            countOf((draw) => {
              const sound = drawSound(world, seeds, draw);
              const none: CopyNoise = { name: "", loss: 0, flips: 0 };
              const table = forgotten === undefined ? sound : withCopies(sound, forgotten, none, draw);
              const scores = scoresOf(table, noise, draw);
              return claimsNothing(decideScores(isKnown ? { ...scores, examples: world.examples } : scores));
            }),
          ),
        );
        const name = forgotten === undefined ? "nothing: sound, of these none should be caught" : forgotten;
        console.log(`| ${name}, ± ${noise}, ${isKnown ? "yes" : "no"} | ${cells.join(" | ")} |`);
      }
}

/** A claim that the comparison alone makes: a rank, or a difference. */
function hasVerdict(table: OutcomeTable): boolean {
  const design = pairedDesign(table);
  const comparison = compareRanks(design, "accuracy", 0.95);
  const { rank } = verdictOf({ ranks, seeds: design.seeds.length, margin: 0.01, comparison });
  return rank !== null || comparison.pairs.some(({ supported }) => supported);
}

if (parts.includes("sound")) {
  head(
    "sound sweeps, world: lose a verdict, of all, %",
    seedsNamed.flatMap((name) => [name, `${name}, no log losses`]),
  );
  for (const world of copyWorlds) {
    const cells = seedCounts.flatMap((seeds) =>
      [true, false].map((hasLosses) =>
        percent(
          countOf((draw) => {
            const drawn = drawSound(world, seeds, 1_000_000 + draw);
            const table = hasLosses ? drawn : withoutLogLoss(drawn);
            const { copies, agreeingSeeds, classPrior } = decide(table);
            const isFound = copies !== undefined || agreeingSeeds !== undefined;
            // Runs that are all right on the same examples lose their verdict to another check.
            return isFound && classPrior === undefined && hasVerdict(table);
          }),
        ),
      ),
    );
    console.log(`| ${world.name} | ${cells.join(" | ")} |`);
  }
}
