import { existsSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyFileAtomic, haveSameBytes } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/results";
import {
  adapterConfig,
  adapterDamage,
  adapterFolder,
  damagedAdapter,
  isAdapterFile,
  missingAdapter,
  wholeAdapterFiles,
} from "../store/adapter-files.ts";
import { makeOwnFolder, mustBe, namesIn, writeIfDifferent } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";
import { noteIn, noteName, type PublishedAdapter } from "./published-adapters.ts";
import { bestTrial } from "./results-document.ts";

export interface UnpublishedAdapter {
  readonly rank: number;
  readonly error: Error;
}

interface PublishOptions {
  /**
   * Publish the form most programs read: alpha = rank, the scaling in B, no rsLoRA (default false: as trained). A
   * trained head stays.
   */
  readonly portable?: boolean;
  /** Signal that ends the copying: its reason is thrown, and the next run goes on. (default: none) */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies one adapter per rank to `adapters/r<rank>/`: that of {@link bestTrial}. On new data, expect slightly worse
 * than its validation figures.
 *
 * Only PEFT's files are copied ({@link wholeAdapterFiles}). A rank's failure leaves the others.
 */
export async function publishAdapters(
  store: SweepStore,
  trials: readonly TrialResult[],
  options: PublishOptions = {},
): Promise<{ adapters: PublishedAdapter[]; unpublished: UnpublishedAdapter[] }> {
  const ranks = [...new Set(trials.map(({ spec }) => spec.lora.rank))].sort((a, b) => a - b);
  const adapters: PublishedAdapter[] = [];
  const unpublished: UnpublishedAdapter[] = [];
  for (const rank of ranks) {
    const withAdapter = trials.filter(
      (trial) => trial.spec.lora.rank === rank && trial.adapterBytes !== undefined,
    );
    const best = rank === 0 ? undefined : bestTrial(withAdapter);
    if (best === undefined) continue;
    try {
      adapters.push(await publish(store, best, options));
    } catch (error) {
      if (options.signal?.aborted && error === options.signal.reason) throw error;
      unpublished.push({ rank, error: error as Error });
    }
  }
  return { adapters, unpublished };
}

/** Adapter folder to copy from; undefined where the published copy stays, as the attempt's is gone or damaged. */
async function sourceOf(
  store: SweepStore,
  { trialId, spec }: TrialResult,
  { portable = false, signal }: PublishOptions,
): Promise<string | undefined> {
  const { rank } = spec.lora;
  const folder = folderOf(store, rank);
  const note = noteIn(folder);
  const isOut = note?.trialId === trialId && (note.portable === true) === portable;
  const attempt = store.winningAttempt(trialId);
  const source = attempt && adapterFolder(attempt.folder);
  if (attempt !== undefined && source !== undefined) {
    const damage = await adapterDamage(attempt.folder, source, signal);
    if (damage === undefined && existsSync(join(source, adapterConfig))) return source;
    const isWhole = isOut && !portable && (await adapterDamage(attempt.folder, folder, signal)) === undefined;
    if (damage !== undefined && !isWhole) throw damagedAdapter(damage, trialId);
  }
  if (isOut) return undefined;
  throw missingAdapter(trialId, spec);
}

async function publish(
  store: SweepStore,
  trial: TrialResult,
  { portable = false, signal }: PublishOptions,
): Promise<PublishedAdapter> {
  const { trialId, spec, evaluation } = trial;
  const { seed } = spec;
  const { rank } = spec.lora;
  const { accuracy, logLoss } = evaluation!;
  const folder = folderOf(store, rank);
  const source = await sourceOf(store, trial, { portable, signal });
  if (source === undefined) return { rank, seed, trialId, folder };
  const note = {
    trialId,
    rank,
    seed,
    ...(logLoss === undefined
      ? { accuracy, chosenBy: "highest validation accuracy of the rank's seeds" }
      : { logLoss, chosenBy: "lowest validation log loss of the rank's seeds" }),
    ...(portable ? { portable } : {}),
  };
  const leftOut = portable
    ? await copyPortable(source, folder, signal)
    : await copyAdapter(source, folder, signal);
  writeIfDifferent(join(folder, noteName), `${JSON.stringify(note, null, 2)}\n`);
  return { rank, seed, trialId, folder, ...(leftOut.length > 0 ? { leftOut } : {}) };
}

function folderOf(store: SweepStore, rank: number): string {
  return store.path("adapters", `r${rank}`);
}

/** Copies an adapter in portable form. It is written aside first: an equal published adapter stays. */
async function copyPortable(
  source: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { portableAdapter } = await import("@lorank/checkpoint");
  const { readPeftAdapter, writePeftAdapter } = await import("@lorank/checkpoint/files");
  const aside = mkdtempSync(join(tmpdir(), "lorank-adapter-"));
  try {
    writePeftAdapter(aside, portableAdapter(readPeftAdapter(source), { keepHeads: true }));
    return await copyAdapter(aside, target, signal);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/**
 * Copies an adapter. Removes the config first and writes it last: a folder with a config is whole. Equal files stay.
 * Returns names not copied.
 */
async function copyAdapter(
  source: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  makeOwnFolder(target);
  const { files, leftOut } = wholeAdapterFiles(source);
  const before = namesIn(target).filter(isAdapterFile);
  const different: string[] = [];
  for (const name of files) {
    if (lstatSync(join(target, name), { throwIfNoEntry: false })?.isDirectory())
      throw mustBe(join(target, name), "a file", "a folder");
    if (!(await haveSameBytes(join(source, name), join(target, name), signal))) different.push(name);
  }
  const stale = before.filter((name) => !files.includes(name));
  if (different.length === 0 && stale.length === 0) return leftOut;
  rmSync(join(target, adapterConfig), { force: true });
  // Stale files belong to an adapter that is replaced.
  for (const name of stale) rmSync(join(target, name), { force: true });
  const configLast = different.filter((name) => name !== adapterConfig);
  for (const name of [...configLast, adapterConfig])
    await copyFileAtomic(join(source, name), join(target, name), signal);
  return leftOut;
}
