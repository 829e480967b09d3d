import { closeSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as delay } from "node:timers/promises";
import { openRegularFile } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { type Attempt, SweepStore, sweepStatus, type TrialStatus } from "@lorank/sweep/folder";
import type { Input } from "../../command.ts";
import type { Messages, Page } from "../../output.ts";
import { trialsNamed } from "../../status/trials-named.ts";
import { trialWords } from "../../status/words.ts";
import { plainText } from "../../text.ts";
import type { LogsSettings } from "./command.ts";

/** Last log lines shown per trial if no trial is named. */
const usualLines = 12;
const msBetweenLooks = 500;

/** Log of a named trial, or of all failed and lost trials. */
export type LogsDocument = PrintedTrial | readonly PrintedTrial[];

type LogsInput = Input<LogsSettings, readonly [out: string, trial: string | undefined]>;

export function check({ settings, names: [, name] }: LogsInput, problems: string[]): void {
  const { attempt, follow = false } = settings;
  if (name === undefined && (follow || attempt !== undefined))
    problems.push("a trial must be named with --follow and --attempt, got none");
}

export async function run(
  { settings: { attempt, lines, follow = false }, names: [out, name] }: LogsInput,
  { json, note }: Messages,
): Promise<LogsDocument> {
  const { trials } = sweepStatus(out);
  const store = new SweepStore(out, { readOnly: true });
  if (name === undefined) return failedTrials(store, trials, lines ?? usualLines);
  const trial = oneNamed(trials, name);
  const chosen = attemptOf(store, trial, attempt);
  const source = new TrialOutput(join(chosen.folder, "output.txt"));
  const printed = { ...trial, attempt: chosen.number, output: textOf(source, lines) };
  if (!follow || json) return printed;
  note(headOf(printed));
  process.stdout.write(printed.output);
  await followOutput(out, trial, source);
  return printed;
}

export function view(logs: LogsDocument, { json, print, note }: Page, { settings }: LogsInput): void {
  if (isSeveral(logs)) viewFailed(logs, { print, note });
  else if (!json && settings.follow !== true) {
    note(headOf(logs));
    if (logs.output === "") note("It printed nothing.");
    process.stdout.write(logs.output);
  }
}

function headOf({ name, attempt }: PrintedTrial): string {
  return `${name}, attempt ${attempt}`;
}

function isSeveral(logs: LogsDocument): logs is readonly PrintedTrial[] {
  return Array.isArray(logs);
}

function oneNamed(trials: readonly TrialStatus[], name: string): TrialStatus {
  const found = trialsNamed(trials, [name]);
  const [trial] = found;
  if (trial !== undefined && found.length === 1) return trial;
  throw new InputError("E_TRIAL_NAME", `trial must be one, such as ${trial?.name}, got ${name}`);
}

function attemptOf(store: SweepStore, { trialId, name }: TrialStatus, number: number | undefined): Attempt {
  const attempts = store.attempts(trialId);
  const chosen = number === undefined ? attempts.at(-1) : attempts.find((one) => one.number === number);
  if (chosen !== undefined) return chosen;
  const numbers = attempts.map((one) => one.number).join(", ");
  throw new InputError(
    "E_ATTEMPT",
    attempts.length === 0
      ? `trial must have been started, got ${name}, which has not`
      : `--attempt must be one of ${numbers} of ${name}, got ${number}`,
  );
}

/** Trial status with what one attempt printed: the last, or `--attempt`. */
type PrintedTrial = TrialStatus & { readonly attempt: number; readonly output: string };

function failedTrials(store: SweepStore, trials: readonly TrialStatus[], lines: number): PrintedTrial[] {
  return trials
    .filter(({ state }) => state === "failed" || state === "lost")
    .map((trial) => {
      const { folder, number } = attemptOf(store, trial, undefined);
      const source = new TrialOutput(join(folder, "output.txt"));
      return { ...trial, attempt: number, output: textOf(source, lines) };
    });
}

function viewFailed(failed: readonly PrintedTrial[], { print, note }: Pick<Page, "print" | "note">): void {
  if (failed.length === 0) note("No trial has failed. Name one to see what it printed, such as r16-s3.");
  for (const [i, trial] of failed.entries())
    print(`${i === 0 ? "" : "\n"}${trial.name}  ${trialWords(trial)}\n${indented(trial.output)}`.trimEnd());
}

function textOf(source: TrialOutput, lines: number | undefined): string {
  return lines === undefined ? [...source.more()].join("") : source.last(lines);
}

function indented(text: string): string {
  return text.trimEnd().replace(/^(?=.)/gm, "  ");
}

async function followOutput(out: string, { trialId }: TrialStatus, source: TrialOutput): Promise<void> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  const known = new Map();
  for (let runs = true; runs && !interrupt.signal.aborted; ) {
    const trial = sweepStatus(out, Date.now(), known).trials.find((one) => one.trialId === trialId);
    runs = trial?.state === "running";
    for (const text of source.more()) process.stdout.write(text);
    if (runs) await delay(msBetweenLooks, undefined, { signal: interrupt.signal }).catch(() => {});
  }
}

const chunkBytes = 65_536;
/** Bytes read per requested log line; lines are rarely longer. */
const bytesPerLine = 1_024;

export class TrialOutput {
  readonly #file: string;
  readonly #decoder = new StringDecoder("utf8");
  #read = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Returns the file's last `lines` lines, reading only its end; `more` goes on from there. */
  last(lines: number): string {
    const size = sizeOf(this.#file);
    this.#read = Math.max(0, size - Math.max(chunkBytes, lines * bytesPerLine));
    const text = [...this.more()].join("");
    return text
      .split("\n")
      .slice(-lines - (text.endsWith("\n") ? 1 : 0))
      .join("\n");
  }

  /** Yields new text in pieces, safe to print; nothing without a file. */
  *more(): Generator<string> {
    let descriptor: number;
    try {
      descriptor = openRegularFile(this.#file);
    } catch {
      return;
    }
    try {
      const bytes = Buffer.alloc(chunkBytes);
      for (;;) {
        const count = readSync(descriptor, bytes, 0, bytes.length, this.#read);
        if (count === 0) return;
        this.#read += count;
        yield printable(this.#decoder.write(bytes.subarray(0, count)));
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

function printable(text: string): string {
  return plainText(text.replace(/\r\n?/g, "\n"));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
