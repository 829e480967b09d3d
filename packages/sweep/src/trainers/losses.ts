import { closeSync, existsSync, fstatSync, readSync } from "node:fs";
import { join } from "node:path";
import { openRegularFile, readTextFile, writeFileAtomic } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import type { LossPoint } from "@lorank/evidence/schema";

export interface LossLine extends LossPoint {
  readonly steps?: number;
}

interface Losses {
  readonly curve: readonly LossPoint[];
  /** First step whose loss is not finite, or above 1e9 nats. */
  readonly divergedAtStep?: number;
}

/** Largest loss accepted as finite, in nats: squares must stay finite in reports and convergence rules. */
const MOST = 1e9;
const isLoss = (loss: number): boolean => Math.abs(loss) <= MOST; // NaN is no loss either

export function lossFile(folder: string): string {
  return join(folder, "losses.jsonl");
}

/** File with the losses of resumed attempts: a trainer may rewrite the loss file. */
function earlierFile(folder: string): string {
  return join(folder, "earlier-losses.jsonl");
}

/** Copies the losses of the attempt folder `before` into `folder`, which resumes it, as far as readable. */
export function carryLosses(before: string, folder: string): void {
  const points = joined(pointsOf(earlierFile(before), true), pointsOf(lossFile(before), true));
  const lines = points.map(({ loss, ...point }) => `${JSON.stringify({ ...point, loss })}\n`);
  if (lines.length > 0) writeFileAtomic(earlierFile(folder), lines.join(""));
}

/**
 * Loss curve of an attempt, with earlier attempts' steps where it resumes them, without non-finite losses. Throws
 * E_LOSSES with the wrong line.
 */
export function readLosses(folder: string): Losses {
  const curve = joined(pointsOf(earlierFile(folder), true), pointsOf(lossFile(folder)));
  const diverged = curve.find(({ loss }) => !isLoss(loss));
  return {
    curve: curve.filter(({ loss }) => isLoss(loss)),
    ...(diverged === undefined ? {} : { divergedAtStep: diverged.step }),
  };
}

/**
 * Points of a loss file, by step; a step's last loss counts.
 *
 * @param isCut skips wrong lines, which a kill may have cut.
 */
function pointsOf(file: string, isCut = false): LossPoint[] {
  if (!existsSync(file)) return [];
  const lines = readTextFile(file).split("\n");
  const points = lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [pointIn(line, `${file}, line ${i + 1}`)];
    } catch (error) {
      if (isCut) return [];
      throw error;
    }
  });
  // A resumed trainer repeats the steps behind the checkpoint: the later loss counts.
  const byStep = new Map(points.map(({ steps: _, ...point }) => [point.step, point]));
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

/** Joins the loss curves before and after resuming: the later attempt's points replace earlier points. */
function joined(before: readonly LossPoint[], own: readonly LossPoint[]): LossPoint[] {
  const first = own[0]?.step ?? Number.POSITIVE_INFINITY;
  return [...before.filter(({ step }) => step < first), ...own];
}

/** Follows a command's loss file: reports the last loss every `msBetweenLooks`, if new, and when stopped. */
export function followLosses(
  file: string,
  onLoss: (line: LossLine) => void,
  msBetweenLooks = 1000,
): { readonly stop: () => void } {
  let [offset, rest] = [0, ""];
  const look = (end = ""): void => {
    try {
      const { text, from } = readFrom(file, offset);
      offset = from + text.length;
      const lines = `${from === 0 ? "" : rest}${text}${end}`.split("\n");
      rest = lines.pop()!;
      const last = lines.findLast((line) => line.trim() !== "");
      const line = last === undefined ? undefined : pointIn(last, file);
      if (line !== undefined && isLoss(line.loss)) onLoss(line);
    } catch {
      // Wrong lines are reported at the end, with the whole file.
    }
  };
  const timer = setInterval(look, msBetweenLooks);
  return {
    stop: () => {
      clearInterval(timer);
      look("\n");
    },
  };
}

function pointIn(line: string, where: string): LossLine {
  const { step, loss, learningRate, steps } = objectIn(line, where);
  const must = (holds: boolean, field: string, rule: string, got: unknown): void => {
    if (!holds)
      throw new InputError(
        "E_LOSSES",
        `${where}: ${field} must be ${rule}, got ${JSON.stringify(got) ?? "nothing"}`,
      );
  };
  const isAmount = (value: unknown): value is number =>
    typeof value === "number" && value >= 0 && value <= MOST;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  must(isCount(step), "step", "an integer of at least 0", step);
  must(loss === null || typeof loss === "number", "loss", "a number", loss);
  must(
    learningRate === undefined || isAmount(learningRate),
    "learningRate",
    `a number from 0 to ${MOST}`,
    learningRate,
  );
  must(steps === undefined || isCount(steps), "steps", "an integer of at least 0", steps);
  return {
    step: step as number,
    loss: loss === null ? Number.NaN : (loss as number),
    ...(learningRate === undefined ? {} : { learningRate: learningRate as number }),
    ...(steps === undefined ? {} : { steps: steps as number }),
  };
}

function objectIn(line: string, where: string): Record<string, unknown> {
  try {
    // Python writes NaN and Infinity, which JSON lacks.
    const value: unknown = JSON.parse(line.replace(/:\s*(NaN|-?Infinity)\b/g, ": null"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Invalid JSON is reported below.
  }
  throw new InputError(
    "E_LOSSES",
    `${where}: must be a JSON object with step and loss, got ${line.slice(0, 60)}`,
  );
}

/**
 * Reads a growing file from the byte `offset` on, a character per byte. A shorter file was rewritten, and is read from
 * 0.
 */
function readFrom(file: string, offset: number): { readonly text: string; readonly from: number } {
  if (!existsSync(file)) return { text: "", from: 0 };
  const descriptor = openRegularFile(file);
  try {
    const { size } = fstatSync(descriptor);
    const from = size < offset ? 0 : offset;
    const bytes = Buffer.alloc(size - from);
    const read = readSync(descriptor, bytes, 0, bytes.length, from);
    return { text: bytes.toString("latin1", 0, read), from }; // numbers and names of fields are ASCII
  } finally {
    closeSync(descriptor);
  }
}
