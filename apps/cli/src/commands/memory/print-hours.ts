import { formatCount, wholeNumber } from "@lorank/core";
import { methodsOf } from "@lorank/core/memory";
import type { Page, TextColumn } from "../../output.ts";
import type { ModelMemory, RankMemory } from "./estimate.ts";
import type { KnownHours } from "./hours.ts";

/** Columns of the table by rank; empty, and so left out, unless hours are requested. */
export const hoursColumns: readonly TextColumn<RankMemory>[] = [
  { title: "hours (likely)", cell: ({ time }) => cellOf(time, "hours", "likelyHours") },
  { title: "cost (likely)", cell: ({ time }) => cellOf(time, "cost", "likelyCost") },
];

function cellOf(
  time: RankMemory["time"],
  name: "hours" | "cost",
  likely: "likelyHours" | "likelyCost",
): string {
  if (time === undefined) return "";
  if ("notKnown" in time) return name === "hours" ? "not known" : "";
  const [value, bounds] = [time[name], time[likely]];
  return value === undefined || bounds === undefined ? "" : `${figure(value)} (${between(bounds)})`;
}

/** Sentence on the hours of a model's first method, or on why they are not known; undefined if not requested. */
export function timeSentence(memory: ModelMemory): string | undefined {
  const { time, model } = memory;
  if (time === undefined) return undefined;
  const [{ rows }] = methodsOf(memory);
  const known = rows.flatMap((row) => (isKnown(row.time) ? [{ rank: row.rank, ...row.time }] : []));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) {
    const reasons = rows.flatMap((row) => (row.time && "notKnown" in row.time ? row.time.notKnown : []));
    return `${model.name}: hours are not known: ${reasons[0]}.`;
  }
  const cost = last.likelyCost === undefined ? "" : `, at a cost of ${between(last.likelyCost)}`;
  const least = first === last ? "" : `${figure(first.hours)} at rank ${first.rank} to `;
  return (
    `${model.name}: ${formatCount(time.tokens)} tokens take about ${least}${figure(last.hours)} hours at rank ${last.rank} ` +
    `(likely ${between(last.likelyHours)} hours${cost}).`
  );
}

function isKnown(time: RankMemory["time"]): time is KnownHours {
  return time !== undefined && "hours" in time;
}

/** Prints how far hours are to be trusted, if requested. */
export function printHours(output: Page, { time, results }: ModelMemory): void {
  const known = results.flatMap((row) => (isKnown(row.time) ? row.time : []));
  if (time === undefined || known.length === 0) return;
  const [low, high] = time.spread;
  const likely = `Likely: 8 of 10 published runs take ${low} to ${high} times what other sources predict.`;
  const factor = known[0]?.fp32Factor;
  const slow =
    factor === undefined
      ? []
      : [
          `A and B work in fp32, in which this card multiplies ${Math.round(factor)} times slower: with --adapter-dtype bf16 higher ranks cost less.`,
        ];
  output.say([likely, ...time.assumptions, ...slow].join(" "), output.colours.dim);
  output.print();
}

const between = ([low, high]: readonly [number, number]): string => `${figure(low)}–${figure(high)}`;

/** Two digits, as many as the likely range is worth. */
function figure(value: number): string {
  return value >= 100 ? wholeNumber(Math.round(value)) : String(Number(value.toPrecision(2)));
}
