import type { TimeEstimate } from "../protocol.ts";

/** An estimate as a sentence or two, with what it rests on. */
export function timeInWords({ low, high, isMeasured, isMost }: TimeEstimate): string {
  const time = isMost
    ? `At most about ${rangeInWords(high, high)} here`
    : `About ${rangeInWords(low, high)} here`;
  return isMeasured
    ? `${time}, as the runs before took.`
    : `${time}: a guess from this processor's speed. Once the first run trains, it is measured.`;
}

const units = [
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Both ends in the largest unit of which the higher one has two: `2 to 5 minutes`. */
function rangeInWords(low: number, high: number): string {
  const [unit, size] = units.find(([, seconds]) => high >= 2 * seconds) ?? units[2];
  const step = unit === "second" ? 10 : 1;
  const rounded = (seconds: number): number => Math.max(step, step * Math.round(seconds / size / step));
  const [from, to] = [rounded(low), rounded(high)];
  return `${from === to ? "" : `${from} to `}${to} ${unit}${to === 1 ? "" : "s"}`;
}
