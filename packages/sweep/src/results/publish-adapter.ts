import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portableAdapter } from "@lorank/checkpoint";
import { readPeftAdapter, throwIfUnreadable, writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { TrialResult } from "@lorank/core/results";
import { adapterDamage, damagedAdapter } from "../store/adapter-digest.ts";
import { makeOwnFolder } from "../store/own-folders.ts";
import type { SweepStore } from "../store/store.ts";
import { isEqualFile, writeIfDifferent } from "../store/write-if-different.ts";
import { bestTrial } from "./best-trial.ts";

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
 * @throws InputError `E_ADAPTER_MISSING` when an attempt that is needed has been deleted, `E_ADAPTER_DAMAGED` when its files
 *   are not those that were written and there is no whole copy.
 */
export function publishAdapters(
  store: SweepStore,
  trials: readonly TrialResult[],
  { portable = false }: PublishOptions = {},
): PublishedAdapter[] {
  const ranks = [...new Set(trials.map(({ spec }) => spec.lora.rank))].sort((a, b) => a - b);
  const best = ranks.flatMap((rank) => {
    // Another trainer need not keep its adapters.
    const kept = trials.filter((trial) => trial.spec.lora.rank === rank && trial.adapterBytes !== undefined);
    return rank === 0 ? [] : (bestTrial(kept) ?? []);
  });
  // All of them are looked at before one is written.
  const chosen = best.map((trial) => ({ trial, source: sourceOf(store, trial, portable) }));
  return chosen.map(({ trial, source }) => publish(store, trial, source, portable));
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

/**
 * The folder that a trial's adapter is copied from; undefined where the copy that is out is all there is, or all that is
 * whole.
 */
function sourceOf(store: SweepStore, { trialId, spec }: TrialResult, portable: boolean): string | undefined {
  const { rank } = spec.lora;
  const folder = folderOf(store, rank);
  const isOut = isPublished(folder, trialId, portable);
  const attempt = store.winningAttempt(trialId);
  const source = attempt && join(attempt.folder, "adapter");
  if (attempt !== undefined && source !== undefined && existsSync(source)) {
    const damage = adapterDamage(attempt.folder);
    if (damage === undefined && existsSync(join(source, configName))) return source;
    const isWhole = isOut && !portable && adapterDamage(attempt.folder, folder) === undefined;
    if (damage !== undefined && !isWhole) throw damagedAdapter(damage, trialId);
  }
  if (isOut) return undefined;
  throw new InputError(
    "E_ADAPTER_MISSING",
    `attempts/${trialId} must hold the adapter of rank ${rank}, seed ${spec.seed}, got none\n` +
      `Delete results/${trialId}.json to train it again.`,
  );
}

function publish(
  store: SweepStore,
  { trialId, spec, evaluation }: TrialResult,
  source: string | undefined,
  portable: boolean,
): PublishedAdapter {
  const { seed } = spec;
  const { rank } = spec.lora;
  const { accuracy, logLoss } = evaluation!;
  const folder = folderOf(store, rank);
  if (source !== undefined) {
    const note = {
      trialId,
      rank,
      seed,
      ...(logLoss === undefined
        ? { accuracy, chosenBy: "highest validation accuracy of the rank's seeds" }
        : { logLoss, chosenBy: "lowest validation log loss of the rank's seeds" }),
      ...(portable ? { portable } : {}),
    };
    if (portable) copyPortable(source, folder);
    else copyAdapter(source, folder);
    writeIfDifferent(join(folder, noteName), `${JSON.stringify(note, null, 2)}\n`);
  }
  return { rank, seed, trialId, folder };
}

function folderOf(store: SweepStore, rank: number): string {
  return store.path("adapters", `r${rank}`);
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
  makeOwnFolder(target);
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

/**
 * Undefined where there is none, or a damaged one: then nobody knows whose adapter lies there. Throws where it cannot be
 * read now.
 */
function noteIn(folder: string): { readonly trialId?: unknown; readonly portable?: unknown } | undefined {
  const path = join(folder, noteName);
  try {
    const note: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof note === "object" && note !== null ? note : undefined;
  } catch (error) {
    throwIfUnreadable(path, error);
    return undefined;
  }
}
