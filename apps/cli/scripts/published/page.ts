import { inUnit } from "@lorank/evidence/results";
import type { PublishedSource } from "../../src/commands/plan/published-rows.ts";
import {
  groupBy,
  peftScores,
  type RunsOfSweep,
  scoresOf,
  smallestWithin,
  sunRuns,
  tinkerRuns,
} from "./sweeps.ts";

const lossOf = { metric: "log-loss" } as const;
const accuracyOf = { metric: "accuracy" } as const;

/** docs/checked/published-sweeps.md. */
export function publishedPage(sources: readonly PublishedSource[]): string {
  const [sun, tinker] = sources as [PublishedSource, PublishedSource];
  const named = sun.rows.filter(([, , , , , , rank]) => rank !== null);
  const agree = named.filter(([, , , , , within, rank]) => rank === within).length;
  const single = singleRates();
  const winners = oneSeedWinners();
  const repeats = repeatedRuns();
  const lowest = tinker.rows.filter(([, , , , ranks, within]) => within === ranks[0]);
  const others = tinker.rows.filter((row) => !lowest.includes(row));
  return `# What published sweeps found

\`npm run published\` in \`apps/cli\` writes this page; do not edit it. Its figures are computed from
[published runs](../../packages/evidence/bench/data/README.md) unless a line says that they are the source's own.

This is a prior: what others found with their models and data. It is no verdict on yours, and no decision of LoRAnk uses it.
Before a first run, \`lorank plan --all\` prints the nearest sweeps: up to eight of the same kind of task, with at most ten times fewer or more
parameters and training examples. Where none is near it says nothing.

## The smallest rank that was enough

A rank is enough here if its mean over the seeds is within the margin of the best mean.

| source | sweeps | margin | seeds | ${smallRanks.join(" | ")} |
| --- | --: | --: | --: | ${smallRanks.map(() => "--:").join(" | ")} |
${sources.map(countsLine).join("\n")}

- **BERT-base on four tasks of GLUE** (Sun, Zhang and Du, 2026; MIT). One learning rate for all ranks. MRPC and RTE have fewer than 5,000 training
  examples, and all of them were used. On MRPC with 50 examples no rank learned: all are at the share of the larger class, 68 %.
- **35 models from 1 billion to a trillion parameters on tulu3** (thinking-machines-lab/tinker-cookbook, 13 July 2026; Apache-2.0). Each rank is taken at its best
  learning rate, in nats a token. One seed. Small models were tried from rank 4, large ones from rank 1. The smallest rank tried is enough
  in ${lowest.length} of ${tinker.rows.length}; the others are ${listed(others.map(([model]) => model))}. Sizes count all experts.
- **Llama 3.2 3B on MetaMathQA** (huggingface/peft, July 2026; Apache-2.0). Ranks 32 and 64 only, one seed, four dates with other versions of the software.

## How sure that is

- **Five seeds seldom name a rank.** On BERT's runs the [verdict](../concepts/verdicts.md) names a rank in ${named.length} of ${sun.rows.length} sweeps at a margin of 1 point, for these evaluation examples
  alone. ${agree} of these ranks are those of the column "enough" below. In the other sweeps that column has the smallest rank within the margin of noisy means, and no more.
- **One seed names another winner.** The best rank of one seed is the best mean of all five in ${winners.same} of ${winners.all} cases (${share(winners.same, winners.all)}).
- **One date is no seed, but moves as much.** PEFT's rank 64 against rank 32, by date: ${differences("lora--llama-3.2-3B-rank64", "lora--llama-3.2-3B-rank32")} points of accuracy on GSM8K.
- **The same setting twice.** ${repeats.count} settings of tinker-cookbook were run twice. The two differ by ${repeats.median.toFixed(4)} nats in the median, ${repeats.largest.toFixed(4)} at most. Here they count by their mean.
- **One learning rate names another rank.** Of ${single.all} sweeps of all ranks at one rate (tinker-cookbook), ${single.other} name another rank than the tuned sweep does; in
  ${single.ties} of these both are tied to the last printed digit. It costs little there: at its own best rate the rank they name is at most ${single.worst.toFixed(4)} nats
  behind. The smallest rank within ${inUnit(single.margin, "log-loss")} differs in ${single.otherWithin} of ${single.all}.

## Expectations, and what was found

| expected | found | source of both |
| --- | --- | --- |
| More facts need a larger rank: at least 8 times the rank for 16 times the facts. | Qwen3-0.6B, one seed: rank 1 recalls .96, 1.00 and .998 of 250, 1,000 and 4,000 facts. | nayyirahsan/LoRA-Rank-Threshold-Study, README at 0581a0d and \`results/final/curves.csv\` at 1626fa6, 2026 |
| A skill such as text-to-SQL needs at most rank 8. | The same model, tuned rates, three seeds: ranks 1 to 128 score .846 to .865. | the same |
| The harder task needs a larger rank. | DistilBERT on AG News, three seeds: rank 4 .9392, 16 .9418, 32 .9432, 64 .9446. By the authors' test against full fine-tuning rank 32 is needed; by the means rank 2 is within 1 point of the best and rank 8 within half a point. | OmuNaman/lora-rank-floor (Kudale and others), \`experiments/\` at b18e703, June 2026 |
| A budget of ranks should be spread unevenly over the layers. | Uniform ranks were better at an equal budget in all four conditions, by 1.2 to 7.9 % of perplexity, seven paired seeds each. | mr-ashish-panday/Uniform-LoRA-Rank-Allocation-is-Optimal-for-Parameter-Efficient-Fine-Tuning, README at 3ea46ad |
| A larger rank learns more. | Rank 64 for 32 brought PEFT's benchmark nothing that is distinct from its dates (above). Rank 64 with rsLoRA's scaling against rank 64 without, by date: ${differences("lora--llama-3.2-3B-rank64-rslora", "lora--llama-3.2-3B-rank64")} points. | huggingface/peft, \`method_comparison/MetaMathQA\`, computed here |

Except in the last row the figures are the sources' own; their runs are not in this repository. What to choose where a verdict is open, tried on BERT's runs:
[the best bet](../../packages/evidence/bench/best-bet.md).

## Every sweep

| models | data | ranks | enough |
| --- | --- | --- | --- |
${sources.flatMap(sweepLines).join("\n")}

Where several numbers of training examples were tried, each stands before its rank. In brackets is the rank that the verdict names; without brackets it
is open. One seed has no verdict. [Each run](../../packages/evidence/bench/data/README.md) is in a file.
`;
}

const smallRanks = [1, 2, 4, 8, 16, 32, 64].map((rank) => `rank ${rank}`);

function countsLine({ source, rows, margin, metric, seeds }: PublishedSource): string {
  const counts = smallRanks.map(
    (name) => rows.filter(([, , , , , within]) => `rank ${within}` === name).length || "",
  );
  const cells = [source.split(",")[0], rows.length, inUnit(margin, metric), seeds, ...counts];
  return `| ${cells.join(" | ")} |`;
}

/** Sweeps of one model are one line, and models that were alike. */
function sweepLines({ rows, seeds }: PublishedSource): string[] {
  const alike = groupBy(rows, ([model, , data, examples, ranks, within]) =>
    JSON.stringify(seeds > 1 ? [model, data] : [data, examples, ranks, within]),
  );
  return alike.map((group) => {
    const [, , data, examples, ranks, within] = group[0]!;
    const models = [...new Set(group.map(([model, millions]) => `${model} (${sizeOf(millions)})`))];
    const enough = group.map((row) => `${number(row[3])}: ${row[5]}${row[6] ? ` (${row[6]})` : ""}`);
    const cells =
      seeds > 1
        ? [models.join(", "), data, ranks.join(", "), enough.join(", ")]
        : [models.join(", "), `${data}, ${number(examples)} examples`, ranks.join(", "), within];
    return `| ${cells.join(" | ")} |`;
  });
}

function sizeOf(millions: number): string {
  return millions < 1000 ? `${millions} M` : `${number(millions / 1000)} B`;
}

/** Sweeps of all ranks of a model at one learning rate, against the sweep in which each rank has its best one. */
export function singleRates() {
  const margin = 0.02;
  const all = tinkerRuns().sweeps.flatMap(({ runs }) => {
    const tuned = scoresOf(runs, lossOf);
    return groupBy(runs, ({ learningRate }) => String(learningRate))
      .map((own) => scoresOf(own, lossOf))
      .filter((scores) => scores.length === tuned.length)
      .map((scores) => ({ scores, tuned }));
  });
  const pick = (share: number) =>
    all
      .map(({ scores, tuned }) => ({
        tuned,
        scores,
        rank: smallestWithin(scores, share, lossOf),
        best: smallestWithin(tuned, share, lossOf),
      }))
      .filter(({ rank, best }) => rank !== best);
  const other = pick(0);
  const lost = other.map(({ tuned, rank, best }) => scoreAt(tuned, rank) - scoreAt(tuned, best));
  const isTied = ({ tuned, scores, rank, best }: (typeof other)[number]): boolean =>
    scoreAt(tuned, rank) === scoreAt(tuned, best) || scoreAt(scores, rank) === scoreAt(scores, best);
  return {
    margin,
    all: all.length,
    other: other.length,
    ties: other.filter(isTied).length,
    otherWithin: pick(margin).length,
    worst: Math.max(...lost),
  };
}

type Scores = ReturnType<typeof scoresOf>;

const scoreAt = (scores: Scores, rank: number): number => scores.find((one) => one.rank === rank)!.score;

/** How far two runs of one model, rank and learning rate are apart. */
function repeatedRuns(): { readonly count: number; readonly median: number; readonly largest: number } {
  const gaps = tinkerRuns()
    .sweeps.flatMap(({ runs }) => groupBy(runs, ({ rank, learningRate }) => `${rank} ${learningRate}`))
    .filter((same) => same.length > 1)
    .map((same) => same.map(({ score }) => score))
    .map((scores) => Math.max(...scores) - Math.min(...scores))
    .sort((a, b) => a - b);
  return { count: gaps.length, median: gaps[Math.floor(gaps.length / 2)]!, largest: gaps.at(-1)! };
}

/** How often the best rank of one seed is that of all seeds, on BERT's runs. */
function oneSeedWinners(): { readonly same: number; readonly all: number } {
  const best = (runs: RunsOfSweep["runs"]): number =>
    smallestWithin(scoresOf(runs, accuracyOf), 0, accuracyOf);
  const cases = sunRuns().sweeps.flatMap(({ runs }) =>
    groupBy(runs, ({ seed }) => String(seed)).map((own) => best(own) === best(runs)),
  );
  return { same: cases.filter(Boolean).length, all: cases.length };
}

/** "+0.6, −0.9": one of PEFT's configurations against another, by date. */
function differences(experiment: string, against: string): string {
  const others = peftScores(against);
  return [...peftScores(experiment)]
    .filter(([date]) => others.has(date))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([date, score]) => 100 * (score - others.get(date)!))
    .map((points) => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`)
    .join(", ");
}

const number = (value: number): string => value.toLocaleString("en-US");

const share = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

const listed = (names: readonly string[]): string => names.join(" and ");
