import { freemem } from "node:os";
import { vllmRankNote } from "@lorank/checkpoint";
import { formatCount, formatDecimalBytes } from "@lorank/core";
import { LARGEST_ERROR } from "../memory/engine.ts";
import type { Output } from "../output.ts";
import { printFacts, printNotes, trialFacts, trialsWords } from "../sweep/announce.ts";
import type { PreparedSweep } from "../sweep/prepare.ts";
import type { RankCost } from "../sweep/rank-cost.ts";
import { counted, duration, plainText } from "../text.ts";
import type { SweepCosts } from "./cost.ts";
import { secondsLeft } from "./time.ts";

/** Trials, time, memory and disk of the sweep. */
export function printCostPlan(prepared: PreparedSweep, costs: SweepCosts, output: Output): void {
  const { device, run } = prepared;
  const { done, atOnce, disk } = costs;
  printFacts(
    [
      ...trialFacts(prepared),
      [
        "trials",
        `${trialsWords(prepared)}, ${atOnce} side by side with ${counted(run.threads, "thread")} each` +
          (done > 0 ? `; ${done} done` : ""),
      ],
      ["device", plainText(device.why)],
      ["time", timeWords(costs, prepared)],
      ["memory", memoryWords(costs)],
      [
        "disk",
        `${formatDecimalBytes(disk.total)}: adapters ${formatDecimalBytes(disk.adapters)}, results ` +
          `${formatDecimalBytes(disk.results)}, data and logs ${formatDecimalBytes(disk.data + disk.others)}`,
      ],
    ],
    output,
  );
  const at = (rank: number) => costs.ranks.find((row) => row.rank === rank)!;
  output.table<RankCost>(
    [
      { title: "rank", cell: ({ rank }) => String(rank) },
      { title: "trainable", cell: (cost) => formatCount(cost.trainableParams) },
      { title: "adapter", cell: (cost) => formatDecimalBytes(cost.adapterBytes) },
      { title: "peak memory", cell: ({ rank }) => formatDecimalBytes(at(rank).memory.allocatedBytes) },
      {
        title: "time a trial",
        cell: ({ rank }) => {
          const { seconds } = at(rank);
          return seconds === undefined ? "" : duration(seconds);
        },
      },
    ],
    prepared.costs,
  );
  const served = vllmNote(prepared);
  if (served !== undefined) output.note(`\n${served}`);
  printNotes(prepared, output);
  output.print();
}

/** Ranks that vLLM has no slots of, where it may serve the adapters: it refuses those with a classifier's head. */
export function vllmNote({ plan, costs }: Pick<PreparedSweep, "plan" | "costs">): string | undefined {
  const largest = costs.at(-1);
  if (plan.config.task.kind === "classification" || largest === undefined || largest.rank === 0)
    return undefined;
  return vllmRankNote(
    costs.map(({ rank }) => rank),
    largest.loraParams / largest.rank,
  );
}

export function timeWords(costs: SweepCosts, { toSearch }: Pick<PreparedSweep, "toSearch">): string {
  const { timeSource, time, atMost, done, atOnce } = costs;
  if (time === undefined) return "unknown: --measure times a few steps of the smallest and the largest rank";
  const from =
    timeSource === "measured"
      ? "a few steps of the smallest and the largest rank"
      : `the trials that were run${atOnce > 1 ? ", if as many ran side by side" : ""}`;
  const parts = [
    ...(time.cuts > 0 ? [`${duration(time.cuts)} for the probe's truncations`] : []),
    ...(time.test > 0 ? [`${duration(time.test)} for the final test score`] : []),
  ];
  return (
    `${atMost ? "at most" : "about"} ${duration(secondsLeft(time))}${done > 0 ? " for what is left" : ""}` +
    `${parts.length > 0 ? ` (${parts.join(", ")})` : ""}, from ${from}` +
    (toSearch.learningRate || toSearch.epochs ? "; the search before it is not included" : "")
  );
}

function memoryWords({ peakBytes, atOnce }: SweepCosts): string {
  const free = process.availableMemory?.() ?? freemem();
  const fits = peakBytes > free ? `, more than the ${formatDecimalBytes(free)} that are free now` : "";
  const processes = atOnce === 1 ? "one process" : `${atOnce} processes`;
  return `${formatDecimalBytes(peakBytes)} in ${processes} at most, predicted for the CPU within ${LARGEST_ERROR} %${fits}`;
}
