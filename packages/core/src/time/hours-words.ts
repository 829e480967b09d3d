import { formatCount } from "../format.ts";
import { type AnsweredModel, type AnsweredRank, methodsOf } from "../memory/answer-words.ts";
import { wholeNumber } from "../text.ts";
import type { KnownHours, RankHours, TimeAnswer } from "./hours.ts";

/** Row of an answer with its hours, if they are requested. */
export interface TimedRank extends AnsweredRank {
  readonly time?: RankHours;
}

/** Hours, or cost, of a row with their likely range in words: `2.1 (1.8–2.5)`; empty if unknown or not requested. */
export function hoursCell(time: RankHours | undefined, name: "hours" | "cost"): string {
  if (time === undefined) return "";
  if ("notKnown" in time) return name === "hours" ? "not known" : "";
  const [value, bounds] = name === "hours" ? [time.hours, time.likelyHours] : [time.cost, time.likelyCost];
  return value === undefined || bounds === undefined ? "" : `${figure(value)} (${between(bounds)})`;
}

/** Sentence on the hours and cost of a model's first method, or on why they are not known. */
export function timeSentence(memory: AnsweredModel<TimedRank>, { tokens }: TimeAnswer): string {
  const { model } = memory;
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
    `${model.name}: ${formatCount(tokens)} tokens take about ${least}${figure(last.hours)} hours at rank ${last.rank} ` +
    `(likely ${between(last.likelyHours)} hours${cost}).`
  );
}

/** Sentences on how far hours are to be trusted; none where none are known. */
export function timeAssumptions(
  { spread: [low, high], assumptions }: TimeAnswer,
  rows: readonly Pick<TimedRank, "time">[],
): string[] {
  const known = rows.flatMap(({ time }) => (isKnown(time) ? time : []));
  if (known.length === 0) return [];
  const factor = known[0]?.fp32Factor;
  return [
    `Likely: 8 of 10 published runs take ${low} to ${high} times what other sources predict.`,
    ...assumptions,
    ...(factor === undefined
      ? []
      : [
          `A and B work in fp32, in which this card multiplies ${Math.round(factor)} times slower: with an adapter in bf16 higher ranks cost less.`,
        ]),
  ];
}

function isKnown(time: RankHours | undefined): time is KnownHours {
  return time !== undefined && "hours" in time;
}

const between = ([low, high]: readonly [number, number]): string => `${figure(low)}–${figure(high)}`;

/** Two digits, as many as the likely range is worth. */
function figure(value: number): string {
  return value >= 100 ? wholeNumber(Math.round(value)) : String(Number(value.toPrecision(2)));
}
