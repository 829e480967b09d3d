import { existsSync } from "node:fs";
import { freemem } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { writeFileAtomic } from "@lorank/checkpoint/files";
import type { PackChoice, PackTime } from "@lorank/core/results";
import type { StepCost } from "@lorank/train";
import type { Executor } from "../executor/executor.ts";
import { isStopping, type RunOptions } from "../executor/run-options.ts";
import { readJson } from "../store/read-json.ts";
import type { SweepStore } from "../store/store.ts";
import { bestSize, inAProcess, sizesToMeasure, stepsTimed } from "./choose-trials-per-process.ts";
import { measureInProcess } from "./measure-in-process.ts";

/** `pack.json`: what was measured, and for what. */
interface ChoiceRecord {
  readonly device: string;
  readonly threads: number;
  readonly ranks: readonly number[];
  readonly choice: PackChoice;
}

/** What was measured before in this folder, whatever it was measured for. */
export function earlierChoice(store: SweepStore): PackChoice | undefined {
  return readRecord(store)?.choice;
}

export interface TrialsToShare {
  /** Trials to run, in the order in which they will share processes. */
  readonly ids: readonly string[];
  readonly ranks: readonly number[];
  /** Bytes that a process may take. (default: what the system has left) */
  readonly availableBytes?: () => number;
}

/**
 * Times a few steps of a trial alone and of several in one process, each in a process of its own as trials run, and chooses.
 * The choice is kept in `pack.json`: a resumed sweep does not measure again, unless its device, its threads or its ranks are
 * others. Undefined where it was stopped before there was one.
 */
export async function measureTrialsPerProcess(
  store: SweepStore,
  { ids, ranks, availableBytes = freeBytes }: TrialsToShare,
  executor: Executor,
  { device, threads, signals }: RunOptions,
): Promise<PackChoice | undefined> {
  const before = readRecord(store);
  if (before && isDeepStrictEqual({ ...before, choice: null }, { device, threads, ranks, choice: null }))
    return before.choice;
  const sizes = sizesToMeasure(ids.length);
  const measured: PackTime[] = [];
  let failure: string | undefined;
  let trials = 1;
  for (const size of [1, ...sizes]) {
    const first = ids.slice(0, sizes.at(-1));
    const trialIds = size === 1 ? [middleRank(store, first)] : ids.slice(0, size);
    const found = await measureInProcess<StepCost>(executor, { trialIds, steps: stepsTimed }, signals);
    if (isStopping(signals)) return undefined;
    if (typeof found === "string") {
      failure = `${size === 1 ? "a trial alone" : inAProcess(size)} could not be measured: ${found}`;
      break;
    }
    measured.push({ trials: size, ...found });
    trials = bestSize(measured, availableBytes());
    if (size > 1 && trials === 1) break;
  }
  const choice: PackChoice = {
    trials,
    device,
    steps: stepsTimed,
    measured,
    ...(failure === undefined ? {} : { failure }),
  };
  const record: ChoiceRecord = { device, threads, ranks, choice };
  writeFileAtomic(store.path("pack.json"), `${JSON.stringify(record, null, 2)}\n`);
  return choice;
}

/** The trial whose rank is nearest to the mean of all: what a step costs grows about in proportion to the rank. */
function middleRank(store: SweepStore, ids: readonly string[]): string {
  const ranks = ids.map((id) => store.readSpec(id).lora.rank);
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
  const distances = ranks.map((rank) => Math.abs(rank - mean));
  return ids[distances.indexOf(Math.min(...distances))]!;
}

function readRecord(store: SweepStore): ChoiceRecord | undefined {
  const path = store.path("pack.json");
  return existsSync(path) ? (readJson(path) as ChoiceRecord) : undefined;
}

/** Within this control group, where the version of Node can tell. */
function freeBytes(): number {
  return process.availableMemory?.() ?? freemem();
}
