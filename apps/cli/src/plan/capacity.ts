import { formatCount } from "@lorank/core";
import {
  adviseRanks,
  type CapacityCalibration,
  type CapacityDemand,
  type CapacityFacts,
  capacityCalibration,
  capacityRules,
  type RankAdvice,
  type RuleRecord,
} from "@lorank/core/decide";
import type { Task } from "@lorank/core/results";
import type { MeasuredTime } from "@lorank/sweep";
import type { Output } from "../output.ts";
import type { ReadySweep } from "../sweep/ready-sweep.ts";
import { type Column, renderTable } from "../table.ts";
import { counted, wholeNumber, wrap } from "../text.ts";

/** Advice of other people's rules about this sweep's ranks, before any training. */
export interface CapacityPlan {
  readonly facts: CapacityFacts;
  readonly advice: readonly RankAdvice[];
  readonly task: Task;
  /** Training examples that the base's bits are estimated from; undefined where they were not measured. */
  readonly examplesMeasured: number | undefined;
}

/** Undefined where the trainer's command decides about model and data. */
export function capacityPlan(
  { data, sizes }: Pick<ReadySweep, "data" | "sizes">,
  before: MeasuredTime["before"] | undefined,
): CapacityPlan | undefined {
  if (data === undefined || sizes === undefined) return undefined;
  const facts = {
    ranks: sizes.ranks.map(({ rank, loraParams }) => ({ rank, loraParams })),
    trainExamples: data.trainExamples,
    completionTokens: data.completionTokens,
    baseBits: before?.bits,
  };
  return { facts, advice: adviseRanks(facts), task: data.task, examplesMeasured: before?.examples };
}

/** `capacity` of `--json`. */
export function capacityDocument({ facts, advice, examplesMeasured }: CapacityPlan): object {
  return {
    ...facts,
    baseBits: facts.baseBits ?? null,
    examplesMeasured: examplesMeasured ?? null,
    calibrationCases: capacityCalibration.cases,
    rules: advice.map(({ rule, demand, rank }) => ({
      rule,
      ...capacityRules[rule],
      demand: demand ?? null,
      rank: rank ?? null,
      calibration: capacityCalibration.rules[rule],
    })),
  };
}

/** Prints the parameters of each rank beside what there is to learn, and what each rule advises. */
export function printCapacity(plan: CapacityPlan, output: Output): void {
  const { facts, advice } = plan;
  const { print, colours } = output;
  const say = (text: string): void => print(wrap(text, Math.min(output.columns, 100)));
  const { rules } = capacityCalibration;
  const record = (title: string, part: keyof RuleRecord): Column<RankAdvice> => ({
    title,
    cell: ({ rule }) => String(rules[rule][part]),
  });
  print(colours.bold("What rules of others advise before any training"));
  say(`${toLearnWords(plan)} ${parametersWords(facts)}`);
  print();
  print(
    renderTable<RankAdvice>(
      [
        { title: "rule", align: "left", cell: ({ rule }) => capacityRules[rule].statement },
        { title: "source", align: "left", cell: ({ rule }) => capacityRules[rule].source.title },
        { title: "asks for", cell: ({ demand }) => demandWords(demand) },
        { title: "names", cell: ({ rank }) => namedWords(rank, facts) },
        record("right*", "planted"),
        record("within ×2*", "nearPlanted"),
        record("larger*", "tooLarge"),
        record("smaller*", "tooSmall"),
      ],
      advice,
      { title: colours.dim },
    ),
  );
  say(colours.dim(recordWords(capacityCalibration)));
  print();
}

/** "The training data hold 600 labels to learn. Under the model before training they take 640 bits, estimated from …". */
export function toLearnWords({ facts, examplesMeasured, task: { kind } }: CapacityPlan): string {
  const { completionTokens, trainExamples, baseBits } = facts;
  const things = counted(completionTokens, kind === "classification" ? "label" : "response token");
  const noun = kind === "classification" ? "text" : "example";
  const tokens = `The training data hold ${things} to learn`;
  if (baseBits === undefined) return `${tokens}.`;
  const from =
    examplesMeasured === trainExamples
      ? ""
      : `, estimated from ${wholeNumber(examplesMeasured!)} of the ${counted(trainExamples, noun)}`;
  const head = kind === "classification" ? " with its untrained head" : "";
  return `${tokens}. Under the model before training${head} they take ${unbroken(Math.round(baseBits))} bits${from}.`;
}

/** "LoRA parameters: 55.3 k at rank 4, 111 k at rank 8." */
export function parametersWords({ ranks }: Pick<CapacityFacts, "ranks">): string {
  const each = ranks.map(({ rank, loraParams }) => `${unbroken(loraParams)} at rank ${rank}`);
  return `LoRA parameters: ${each.join(", ")}.`;
}

export function demandWords(demand: CapacityDemand | undefined): string {
  if (demand === undefined) return "unknown: --measure";
  return "rank" in demand ? `rank ${demand.rank}` : `${formatCount(demand.loraParams)} parameters`;
}

export function namedWords(rank: number | null | undefined, { ranks }: Pick<CapacityFacts, "ranks">): string {
  if (rank === undefined) return "";
  return rank === null ? `more than ${Math.max(...ranks.map((one) => one.rank))}` : `rank ${rank}`;
}

/** What the last columns count, and what the first of them are to be compared with. */
export function recordWords({ cases, always }: CapacityCalibration): string {
  const most = (part: "planted" | "nearPlanted"): number => Math.max(...always.map((one) => one[part]));
  return (
    `* Of ${cases} tasks with a planted rank, in how many the rule named that rank (right), one within a factor of two, ` +
    "or one larger or smaller than training needed. " +
    `Always taking the same rank is right in ${most("planted")} at best, and within the factor in ${most("nearPlanted")}. ` +
    "A rule's rank is not evidence, and no verdict rests on it: docs/checked/capacity-rules.md."
  );
}

/** "55.3 k"; a line does not break in it. */
function unbroken(count: number): string {
  return formatCount(count).replace(" ", "\u00a0");
}
