import type { TimeEstimate } from "../protocol.ts";

/** An estimate as a sentence or two, with what it rests on. */
export function timeInWords({ low, high, isMeasured, isMost }: TimeEstimate): string {
  const time = isMost
    ? `At most about ${rangeInWords(high, high)} here`
    : `About ${rangeInWords(low, high)} here`;
  return isMeasured
    ? `${time}, as the runs before took.`
    : `${time}: a guess from this processor's speed, and longer beside other work. Once the first run trains, it is measured.`;
}

const units = [
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Both ends in the largest unit of which the higher one has two: `2 to 5 minutes`. From 20 on they go by fives. */
function rangeInWords(low: number, high: number): string {
  const [unit, size] = units.find(([, seconds]) => high >= 2 * seconds) ?? units[2];
  const rounded = (seconds: number): number => {
    const amount = seconds / size;
    const step = unit === "second" ? 10 : amount < 20 ? 1 : 5;
    return Math.max(step, step * Math.round(amount / step));
  };
  const [from, to] = [rounded(low), rounded(high)];
  return `${from === to ? "" : `${from} to `}${to} ${unit}${to === 1 ? "" : "s"}`;
}
