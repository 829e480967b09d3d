/**
 * How often copies of runs are caught, and how often sound sweeps lose their verdict to that check. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/copies-study.ts [--sweeps=200] [--seeds=2,3,5]
 *       [--parts=copies,scores,sound,worlds]
 */
import { likenessIn } from "../src/checks/copies/alike-outcomes.ts";
import { compareRanks } from "../src/decide/compare.ts";
import type { OutcomeTable } from "../src/decide/outcomes.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { verdictOf } from "../src/decide/verdict.ts";
import { decide } from "../src/index.ts";
import { decideScores } from "../src/methods/grid/decide-scores.ts";
import type { Decision } from "../src/schema/types.ts";
import {
  type CopyNoise,
  type CopyWorld,
  copyWorlds,
  drawSound,
  type Forgotten,
  ranks,
  scoresOf,
  withCopies,
  withoutLogLoss,
} from "./copy-worlds.ts";
import { drawTable, truths, worlds } from "./worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const sweeps = Number(options.get("sweeps") ?? 200);
const seedCounts = (options.get("seeds") ?? "2,3,5").split(",").map(Number);
const parts = (options.get("parts") ?? "copies,scores,sound,worlds").split(",");
const forgottens: readonly Forgotten[] = ["seed", "seed of one rank", "rank", "both"];

const head = (first: string, more: readonly string[]): void => {
  console.log(`\n| ${first} | ${more.join(" | ")} |\n|${" --- |".repeat(more.length + 1)}`);
};
const percent = (count: number): string => ((100 * count) / sweeps).toFixed(1);
const seedsNamed = seedCounts.map((seeds) => `${seeds} seeds`);

type Claimed = Pick<Decision, "rank" | "certifiedRank" | "pairs">;

/** Nothing is claimed: no rank, and no difference between ranks. */
const claimsNothing = ({ rank, certifiedRank, pairs = [] }: Claimed): boolean =>
  rank === null &&
  (certifiedRank ?? null) === null &&
  pairs.every(({ interval: [low, high] }) => low <= 0 && high >= 0);

/** A check on copies, or on runs that may all give one answer, forbids the verdict. */
const isCaught = (decision: Claimed & Pick<Decision, "copies" | "agreeingSeeds" | "classPrior">): boolean =>
  claimsNothing(decision) &&
  (decision.copies !== undefined ||
    decision.agreeingSeeds !== undefined ||
    decision.classPrior !== undefined);

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

/** One rank under two seeds is one pair, which may be alike by chance. */
const isPair = (forgotten: Forgotten | undefined, seeds: number): boolean =>
  forgotten === "seed of one rank" && seeds < 3;

/** Mean over the worlds, and the lowest with its world. */
function overWorlds(counts: readonly (readonly [world: string, count: number])[]): string {
  const mean = counts.reduce((sum, [, count]) => sum + count, 0) / counts.length;
  const [world, lowest] = counts.reduce((a, b) => (b[1] < a[1] ? b : a));
  return lowest === sweeps ? "100" : `${percent(mean)} (${percent(lowest)}: ${world})`;
}

if (parts.includes("copies")) {
  head("forgotten, noise: caught, %", seedsNamed);
  for (const forgotten of forgottens)
    for (const noise of noises) {
      const hasLosses = !noise.name.startsWith("no");
      const isCopied = (world: CopyWorld, seeds: number, draw: number): boolean => {
        const table = withCopies(drawSound(world, seeds, draw), forgotten, noise, draw);
        return isCaught(decide(hasLosses ? table : withoutLogLoss(table)));
      };
      const cells = seedCounts.map((seeds) =>
        isPair(forgotten, seeds)
          ? ""
          : overWorlds(
              copyWorlds
                .filter((world) => world.noise === undefined)
                .map((world) => [world.name, countOf((draw) => isCopied(world, seeds, draw))]),
            ),
      );
      console.log(`| ${forgotten}, ${noise.name} | ${cells.join(" | ")} |`);
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
              return isCaught(decideScores(isKnown ? { ...scores, examples: world.examples } : scores));
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

if (parts.includes("worlds")) {
  const sizes = [200, 872];
  head(
    "sound sweeps of the verdict's worlds, truth: found, %",
    sizes.flatMap((examples) => seedsNamed.map((name) => `${examples}, ${name}`)),
  );
  for (const world of worlds)
    for (const { name, accuracies } of truths.filter((truth) =>
      ["equal", "gap 3", "rising"].includes(truth.name),
    )) {
      const cells = sizes.flatMap((examples) =>
        seedCounts.map((seeds) =>
          percent(
            countOf((draw) => {
              const table = drawTable(world, accuracies, { seeds, examples }, 4_000_000 + draw);
              return likenessIn(table) !== undefined;
            }),
          ),
        ),
      );
      console.log(`| ${world.name}, ${name} | ${cells.join(" | ")} |`);
    }
}
