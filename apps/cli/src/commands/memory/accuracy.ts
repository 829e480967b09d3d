import { formatByteRange, formatDecimalBytes, wholeNumber } from "@lorank/core";
import type { Measurement } from "@lorank/core/measured";
import { objectiveWords } from "@lorank/core/memory";
import { checkedPage } from "../../text.ts";
import type { ModelMemory } from "./estimate.ts";

export function unmeasuredLine({ profile, errors, objective }: ModelMemory): string | undefined {
  if (objective !== undefined)
    return `No published measurement of ${objectiveWords[objective]} was compared: the figures are counted from source code, and on small models.`;
  if (errors === undefined)
    return `No published measurement of profile ${profile} was found: its figures are counted from source code alone.`;
  if ("median" in errors) return undefined;
  return `No published measurement of profile ${profile} states all that decides memory: its figures are counted from source code.`;
}

export function accuracyLine({ profile, errors, objective }: ModelMemory): string {
  const page = `Every row: ${checkedPage("memory-accuracy")}`;
  if (objective !== undefined)
    return `No error of estimates of ${objectiveWords[objective]} on a card is known. Every row: ${checkedPage("memory-accuracy")}`;
  if (errors === undefined)
    return `No published measurement of profile ${profile} was found, so no error of its estimates is known. ${page}`;
  const { found, rows } = errors;
  const basis = `Profile ${profile} rests on ${found === 1 ? "one published measurement" : `${found} published measurements`}`;
  if (!("median" in errors))
    return `${basis}, none of which states all that decides memory. So no error in per cent is known. ${page}`;
  const { median, max, below } = errors;
  if (rows === 1)
    return `${basis}. On the one that states all that decides memory, allocated bytes were off by ${max} %. ${page}`;
  return (
    `${basis}. On the ${rows} that state all that decides memory, allocated bytes were off by ${median} % ` +
    `in the median, ${max} % at most. ${below === 100 ? "All" : `${below} %`} of these estimates were too low. ${page}`
  );
}

const metricWords: Readonly<Record<Measurement["metric"], string>> = {
  allocated: "allocated",
  "after forward": "allocated after the forward pass",
  reserved: "reserved",
  device: "on the device",
};

export interface Placed {
  readonly label: string;
  readonly nearest: Measurement | undefined;
}

/** Lines on the nearest published measurements, each beside the estimator's own figure. */
export function nearestLines(estimates: readonly Placed[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { label, nearest } of estimates) {
    if (nearest === undefined) continue;
    const line = words(nearest);
    groups.set(line, [...(groups.get(line) ?? []), label]);
  }
  return [...groups].map(([line, labels]) => {
    const whose = groups.size === 1 ? "" : ` to ${labels.join(", ")}`;
    return `Nearest published measurement${whose}: ${line}.`;
  });
}

function words(found: Measurement): string {
  const {
    model,
    base,
    rank,
    profile,
    microBatch,
    seq,
    checkpointing,
    attention,
    metric,
    measuredBytes,
    predictedBytes,
  } = found;
  const run =
    `${model} in ${base}, ${rank === null ? "all weights" : `rank ${rank}`}, profile ${profile}, ${microBatch} × ${wholeNumber(seq)} tokens, ` +
    `checkpointing ${checkpointing}${attention === "eager" ? ", eager attention" : ""}`;
  const estimated =
    typeof predictedBytes === "number"
      ? `${formatDecimalBytes(predictedBytes)} (${signed(100 * (predictedBytes / measuredBytes - 1))} %)`
      : formatByteRange(predictedBytes, formatDecimalBytes);
  return `${run}: measured ${formatDecimalBytes(measuredBytes)} ${metricWords[metric]}, this model says ${estimated}`;
}

function signed(percent: number): string {
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(1)}`;
}
