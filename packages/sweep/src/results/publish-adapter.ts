import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portableAdapter } from "@lorank/checkpoint";
import { makeFolder, readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { TrialResult } from "@lorank/core/results";
import { readJson, type SweepStore } from "../store/store.ts";
import { isEqualFile, writeIfDifferent } from "../store/write-if-different.ts";

/** The adapter that a sweep hands out for one rank. */
export interface PublishedAdapter {
  readonly rank: number;
  readonly seed: number;
  readonly trialId: string;
  /** A PEFT folder: `adapters/r<rank>`. */
  readonly folder: string;
}

export interface PublishOptions {
  /**
   * Hand out the form that most programs read: alpha = rank, the scaling in B, no rsLoRA (default false: as trained).
   * A trained head is kept, for without it a classifier is none.
   */
  readonly portable?: boolean;
}

const configName = "adapter_config.json";
const noteName = "trial.json";

/**
 * Copies one adapter of each rank to `adapters/r<rank>/`: that of the seed with the lowest log loss on the validation
 * examples (of equals, the smallest seed).
 *
 * This is a choice on validation data: the adapter is likely to be a little worse on new data than its own validation
 * figures say. What the table states for a rank is the mean over its seeds. A rank without a completed trial has no
 * adapter; neither has rank 0.
 *
 * @throws InputError `E_ADAPTER_MISSING` when an attempt that is needed has been deleted.
 */
export function publishAdapters(
  store: SweepStore,
  trials: readonly TrialResult[],
  { portable = false }: PublishOptions = {},
): PublishedAdapter[] {
  const ranks = [...new Set(trials.map(({ spec }) => spec.lora.rank))].sort((a, b) => a - b);
  return ranks.flatMap((rank) => {
    // Another trainer need not keep its adapters.
    const kept = trials.filter((trial) => trial.spec.lora.rank === rank && trial.adapterBytes !== undefined);
    const best = rank === 0 ? undefined : bestTrial(kept);
    return best === undefined ? [] : [publish(store, best, portable)];
  });
}

/** The adapters that `publishAdapters` has left in a results folder, of these trials. */
export function publishedAdapters(folder: string, trials: readonly TrialResult[]): PublishedAdapter[] {
  return trials
    .map(({ trialId, spec }) => {
      const { rank } = spec.lora;
      return { rank, seed: spec.seed, trialId, folder: join(folder, "adapters", `r${rank}`) };
    })
    .filter(({ trialId, folder }) => noteIn(folder)?.trialId === trialId);
}

function bestTrial(trials: readonly TrialResult[]): TrialResult | undefined {
  return trials
    .filter(({ evaluation }) => evaluation !== undefined)
    .sort((a, b) => badness(a) - badness(b) || a.spec.seed - b.spec.seed)[0];
}

/** Log loss, or where another trainer does not say it, the share of wrong answers. */
function badness({ evaluation }: TrialResult): number {
  return evaluation!.logLoss ?? 1 - evaluation!.accuracy;
}

function publish(
  store: SweepStore,
  { trialId, spec, evaluation }: TrialResult,
  portable: boolean,
): PublishedAdapter {
  const { seed } = spec;
  const { rank } = spec.lora;
  const { accuracy, logLoss } = evaluation!;
  const folder = store.path("adapters", `r${rank}`);
  const note = {
    trialId,
    rank,
    seed,
    ...(logLoss === undefined
      ? { accuracy, chosenBy: "highest validation accuracy of the rank's seeds" }
      : { logLoss, chosenBy: "lowest validation log loss of the rank's seeds" }),
    ...(portable ? { portable } : {}),
  };
  const attempt = store.winningAttempt(trialId);
  const source = attempt && join(attempt.folder, "adapter");
  if (source !== undefined && existsSync(join(source, configName))) {
    if (portable) copyPortable(source, folder);
    else copyAdapter(source, folder);
    writeIfDifferent(join(folder, noteName), `${JSON.stringify(note, null, 2)}\n`);
  } else if (!isPublished(folder, trialId, portable)) {
    throw new InputError(
      "E_ADAPTER_MISSING",
      `attempts/${trialId} must hold the adapter of rank ${rank}, seed ${seed}, got none\n` +
        `Delete results/${trialId}.json to train it again.`,
    );
  }
  return { rank, seed, trialId, folder };
}

/** Written aside first, so that a folder that holds the same adapter already is left alone. */
function copyPortable(source: string, target: string): void {
  const aside = mkdtempSync(join(tmpdir(), "lorank-adapter-"));
  try {
    writePeftAdapter(aside, portableAdapter(readPeftAdapter(source), { keepHeads: true }));
    copyAdapter(aside, target);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The config goes first and comes last, so that a folder that has one is whole. Does not touch what is equal. */
function copyAdapter(source: string, target: string): void {
  makeFolder(target);
  const names = readdirSync(source).filter((name) => !name.endsWith(".tmp"));
  if (names.every((name) => isEqualFile(join(target, name), readFileSync(join(source, name))))) return;
  rmSync(join(target, configName), { force: true });
  const configLast = names.toSorted((a, b) => Number(a === configName) - Number(b === configName));
  for (const name of configLast) writeIfDifferent(join(target, name), readFileSync(join(source, name)));
}

function isPublished(folder: string, trialId: string, portable: boolean): boolean {
  const note = noteIn(folder);
  return note?.trialId === trialId && (note.portable === true) === portable;
}

function noteIn(folder: string): { trialId?: unknown; portable?: unknown } | undefined {
  const file = join(folder, noteName);
  return existsSync(file) ? (readJson(file) as { trialId?: unknown; portable?: unknown }) : undefined;
}
