import type { TimeConstants } from "../../src/time/law.ts";
import { longer, timeConstantNames } from "./fit.ts";
import { factorOf, type StepResult, type TimeAccuracy } from "./report.ts";
import { predictedSeconds } from "./rows.ts";

/** docs/checked/step-time.md. */
export function stepTimePage(accuracy: TimeAccuracy): string {
  const { results, constants, leftOutConstants, spread } = accuracy;
  const beyond = results.filter(({ leftOutRatio }) => factorOf(leftOutRatio) > 2).length;
  const worst = Math.max(...results.map(({ leftOutRatio }) => factorOf(leftOutRatio)));
  return `# Hours against published step times

\`pnpm --filter @lorank/core step-time\` writes this page; do not edit it. It compares [published step
times](../../packages/core/data/README.md) of LoRA with what \`@lorank/core/time\` predicts. A ratio is predicted / measured seconds. Above 1 the
prediction is too slow.

Operations and bytes of a step are counted from the model, the layers with an adapter, the rank and the settings. Eight constants price
them; rows decide those. "Left out" takes the constants from the other sources.

The farthest row left out is off by a factor of ${number(worst)}. Off by more than a factor of 2: ${beyond} of ${results.length} rows.
The likely range of an answer is ${number(spread[0])} to ${number(spread[1])} times the predicted hours. 8 of 10 rows lie there, left out, each source with equal weight.

${table("source", results, ({ row }) => row.source)}

${table("card", results, ({ row }) => row.card)}

${table("kernels", results, ({ row }) => row.kernels)}

${table("base", results, ({ row }) => row.base)}

## What a rank costs in time

Two runs of one source that differ in one thing. The figures say how much longer the second one takes.

| pair | measured | predicted | predicted without that source |
| --- | --: | --: | --: |
${pairLines(accuracy).join("\n")}

Eight times the rank costs a few per cent, adapters on all layers far more. Published ranks go from 2 to 64: more is extrapolated, with a lower
bound by which A and B reach the base's share of the card's rate. In fp32 the law is checked on an L40S alone, which is four times slower in it
than in 16 bits. An A100 is 16 times slower: there a high rank costs most. ms-swift does not state how long its texts are; 1,024 tokens are
assumed here. Its two runs for DoRA are on other texts.

## Constants that measurements decided

| constant | used | ${[...leftOutConstants.keys()].map((source) => `without ${short(source)}`).join(" | ")} |
| --- | --: | ${[...leftOutConstants].map(() => "--:").join(" | ")} |
${timeConstantNames.map((name) => `| ${name} | ${cells(name, [constants, ...leftOutConstants.values()])} |`).join("\n")}

Where one source is left out, those that only it shows fall back on a start value: the search draws them there weakly. Peaks of cards are
those of NVIDIA's data sheets.

## What is not known

- Cards without a row, such as T4, L4, A10G and RTX 5090, and a card named by its memory alone.
- Cards that share weights or states. Under FSDP fms-acceleration's A100 lose 2 to 7 % of their speed, fsdp_qlora's RTX 3090 without fast
  links 7 to 55 %. With \`ddp\` each card counts alone; fsdp_qlora's four rows are such.
- How much of a batch is padding. PEFT's run at rank 32 took 836 s before its batches were sorted by length, and 619 s after.
- Full fine-tuning, LoRA-FA, BD-LoRA, bases in int8 or fp32, eager attention, mixtures of more than 8 experts, adapters on experts.
- litgpt: its tables give times of iterations, and not how many tokens those hold. Unsloth's own give factors alone.
- Prices. None is built in; Tinker bills by the token, and says nothing of hours.
- RTX A6000: torchtune's row names an A6000, yet would reach 97 % of that card's peak, which hints at another card. It is left out.

No row is of axolotl or of trl from 1.0 on. Rows of other stacks with the same kind of kernels stand for them.

## Every row

[Each row](../../packages/core/data/step-errors.csv) with what was measured and what is predicted.
`;
}

/** data/step-errors.csv. */
export function stepTimeCsv({ results, constants }: TimeAccuracy): string {
  const lines = results.map(({ row, ratio, leftOutRatio }) =>
    [
      ...[row.id, row.card, row.kernels, row.tokensPerSecond],
      (row.work.tokens / predictedSeconds(row, constants)).toFixed(0),
      ...[ratio, leftOutRatio].map((each) => each.toFixed(3)),
    ].join(","),
  );
  return `row,card,kernels,measured tokens/s,predicted tokens/s,ratio,ratio left out\n${lines.join("\n")}\n`;
}

function table(title: string, results: readonly StepResult[], keyOf: (result: StepResult) => string): string {
  const keys = [...new Set(results.map(keyOf))];
  const lines = keys.map((key) => {
    const own = results.filter((result) => keyOf(result) === key);
    const ratios = (of: (result: StepResult) => number): string =>
      quantiles(own.map(of)).map(number).join(" | ");
    return `| ${key} | ${own.length} | ${ratios(({ ratio }) => ratio)} | ${ratios(({ leftOutRatio }) => leftOutRatio)} |`;
  });
  return `| ${title} | rows | in sample: least | median | most | left out: least | median | most |
| --- | --: | --: | --: | --: | --: | --: | --: |
${lines.join("\n")}`;
}

function quantiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
}

function pairLines({ pairs, constants, leftOutConstants }: TimeAccuracy): string[] {
  return pairs.map((pair) => {
    const without = leftOutConstants.get(pair.source)!;
    const factors = [pair.measured, longer(pair, constants), longer(pair, without)];
    return `| ${pair.name} | ${factors.map(percent).join(" | ")} |`;
  });
}

const cells = (name: keyof TimeConstants, all: readonly TimeConstants[]): string =>
  all.map((constants) => constants[name].toPrecision(3)).join(" | ");
const number = (value: number): string => value.toFixed(2);
const percent = (ratio: number): string =>
  `${ratio < 1 ? "−" : "+"}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;
const short = (source: string): string => source.split(" ")[0]!.split("/").slice(0, 2).join("/");
