import { InputError } from "@lorank/core";
import { type DecideOptions, decide, decideScores } from "@lorank/core/decide";
import { type Decision, type MetricName, metrics } from "@lorank/core/results";
import { isOutcomes, isScores, readScores } from "@lorank/sweep/outcomes";
import type { Output } from "../output.ts";
import { readOutcomes } from "./read-results.ts";

/** Flags of a verdict on runs of any trainer. */
export interface EvidenceOptions {
  readonly metric?: string;
  readonly higher?: boolean;
  readonly lower?: boolean;
  readonly margin?: number;
  readonly confidence?: number;
}

/** Tells runs of any trainer from a sweep's results. */
export function isEvidence(path: string): boolean {
  return isScores(path) || isOutcomes(path);
}

/**
 * Decides on runs of any trainer: the outcomes of their examples, or one score each. Notes say how scores were read.
 *
 * @throws as `readOutcomes` and `decide`, or as `readScores` and `decideScores`.
 */
export async function decideEvidence(
  path: string,
  flags: EvidenceOptions,
  output: Output,
): Promise<Decision> {
  if (!isScores(path)) return decide(await readOutcomes(path, output), sweepOptions(flags));
  const { metric, higher, lower, ...options } = flags;
  if (higher && lower) throw new InputError("E_CONFIG", "--higher and --lower exclude each other, got both");
  const better = higher ? "higher" : lower ? "lower" : undefined;
  const { notes, column, ...scores } = await readScores(path, { metric, better });
  for (const note of notes) output.note(note);
  return decideScores(scores, { ...options, metric: scores.metric });
}

/** Options of a verdict on outcomes of examples, whose metrics are known. */
export function sweepOptions({ metric, higher, lower, ...options }: EvidenceOptions): DecideOptions {
  if (higher || lower) {
    const flag = higher ? "--higher" : "--lower";
    throw new InputError(
      "E_CONFIG",
      `${flag} must be of a table of runs, one score each, got outcomes of examples`,
    );
  }
  if (metric === undefined) return options;
  if (Object.hasOwn(metrics, metric)) return { ...options, metric: metric as MetricName };
  throw new InputError("E_CONFIG", `--metric must be ${Object.keys(metrics).join(" or ")}, got ${metric}`);
}
