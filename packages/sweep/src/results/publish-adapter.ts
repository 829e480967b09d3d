import { existsSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyFileAtomic, haveSameBytes } from "@lorank/checkpoint/disk";
import type { TrialResult } from "@lorank/evidence/schema";
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
import { noteIn, noteName, type PublishedAdapter, publishedOf } from "./published-adapters.ts";
import { bestTrial } from "./results-document.ts";

export interface UnpublishedAdapter extends Pick<PublishedAdapter, "rank" | "arm"> {
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
 * Copies one adapter per rank, or arm, to its folder of {@link publishedOf}: that of {@link bestTrial}. On new data, expect slightly worse
 * than its validation figures.
 *
 * Only PEFT's files are copied ({@link wholeAdapterFiles}). A rank's failure leaves the others.
 */
export async function publishAdapters(
  store: SweepStore,
  trials: readonly TrialResult[],
  options: PublishOptions = {},
): Promise<{ adapters: PublishedAdapter[]; unpublished: UnpublishedAdapter[] }> {
  const byFolder = new Map<string, TrialResult[]>();
  for (const trial of trials.toSorted(byRank)) {
    const { folder } = publishedOf(store.out, trial);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), trial]);
  }
  const adapters: PublishedAdapter[] = [];
  const unpublished: UnpublishedAdapter[] = [];
  for (const own of byFolder.values()) {
    const best = bestTrial(own.filter(({ adapterBytes }) => adapterBytes !== undefined));
    if (best === undefined || best.spec.lora.rank === 0) continue;
    try {
      adapters.push(await publish(store, best, options));
    } catch (error) {
      if (options.signal?.aborted && error === options.signal.reason) throw error;
      const { rank, arm } = publishedOf(store.out, best);
      unpublished.push({ rank, ...(arm === undefined ? {} : { arm }), error: error as Error });
    }
  }
  return { adapters, unpublished };
}

/** Order by rank; arms stay as they are. */
function byRank(a: TrialResult, b: TrialResult): number {
  return a.spec.arm === undefined ? a.spec.lora.rank - b.spec.lora.rank : 0;
}

/** Adapter folder to copy from; undefined where the published copy stays, as the attempt's is gone or damaged. */
async function sourceOf(
  store: SweepStore,
  trial: TrialResult,
  { portable = false, signal }: PublishOptions,
): Promise<string | undefined> {
  const { trialId, spec } = trial;
  const { folder } = publishedOf(store.out, trial);
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
  const { accuracy, logLoss } = trial.evaluation!;
  const published = publishedOf(store.out, trial);
  const { folder, rank, arm, seed, trialId } = published;
  const source = await sourceOf(store, trial, { portable, signal });
  if (source === undefined) return published;
  const group = arm === undefined ? "rank" : "arm";
  const note = {
    trialId,
    rank,
    ...(arm === undefined ? {} : { arm }),
    seed,
    ...(logLoss === undefined
      ? { accuracy, chosenBy: `highest validation accuracy of the ${group}'s seeds` }
      : { logLoss, chosenBy: `lowest validation log loss of the ${group}'s seeds` }),
    ...(portable ? { portable } : {}),
  };
  const leftOut = portable
    ? await copyPortable(source, folder, signal)
    : await copyAdapter(source, folder, signal);
  writeIfDifferent(join(folder, noteName), `${JSON.stringify(note, null, 2)}\n`);
  return { ...published, ...(leftOut.length > 0 ? { leftOut } : {}) };
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
