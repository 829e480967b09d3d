import { counted, cutText } from "@lorank/core";
import type { ReadOutcomes } from "@lorank/evidence/node";
import { type Compared, comparedIn, type OfAxis } from "@lorank/evidence/results";
import type { Messages } from "../output.ts";

/** Reading summary: runs, files, and runs that failed on examples. */
export interface WhatWasRead extends Required<Pick<ReadOutcomes, "files" | "failed">> {
  readonly runs: number;
  /** Number of examples compared, and of those left out because a run lacks them. */
  readonly examples: { readonly compared: number; readonly leftOut: number };
}

/**
 * Reading summary for runs in separate files or from an evaluator; undefined for a single plain file.
 *
 * @param decision by which arms are numbered. Default: as they were read.
 */
export function whatWasRead(read: ReadOutcomes, decision: OfAxis = read): WhatWasRead | undefined {
  const { files, failed = [], cells, examples, leftOut = 0 } = read;
  if (files === undefined) return undefined;
  const numberOf = comparedIn(decision).numbersFrom(read);
  return {
    runs: cells.length,
    examples: { compared: examples, leftOut },
    files,
    failed: failed.map((one) => ({ ...one, rank: numberOf(one.rank) })),
  };
}

export function readInWords({ runs, examples, files, failed }: WhatWasRead, { fullName }: Compared): string {
  const formats = [...new Set(files.map(({ format }) => format))].join(" and ");
  const tasks = [...new Set(files.flatMap(({ task = [] }) => task))];
  const task = tasks.length === 0 ? "" : `, task ${tasks.join(" and ")}`;
  const read = `Read ${counted(runs, "run")} of ${formats}${task}.`;
  const { compared, leftOut } = examples;
  if (leftOut === 0) return read;
  const shown = failed.slice(0, 4).map(({ rank, seed, examples, reason }) => {
    return `${fullName(rank)}, seed ${seed} failed on ${examples} (${cutText(reason, 80)})`;
  });
  const more =
    failed.length > shown.length ? `; and ${counted(failed.length - shown.length, "more run")}` : "";
  return `${read} ${leftOut} of ${compared + leftOut} examples left out: ${shown.join("; ")}${more}.`;
}

/** Reading summary as a note: runs, formats, tasks and left-out examples. Nothing is noted for a single plain file. */
export function noteWhatWasRead(outcomes: ReadOutcomes, { note }: Pick<Messages, "note">): void {
  const read = whatWasRead(outcomes);
  if (read !== undefined) note(readInWords(read, comparedIn(outcomes)));
}
