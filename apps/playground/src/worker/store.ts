/** Stores a comparison in the origin's private file system (OPFS), by one tab at a time. */

import type { ByteSource } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { TrialResult } from "@lorank/evidence/results";
import type { CheckpointStore } from "@lorank/train/browser";
import { KEPT_FOLDER, type KeptFile, type KeptFiles, type NamedFile, type Saved } from "../protocol.ts";
import { type SyncFile, slotStore } from "./checkpoint-store.ts";
import { copyChecked, digestOf, notAsCopied } from "./copy.ts";
import { type OpenFile, openSync, sourceOf, write } from "./open-file.ts";

/** Record files, in which the comparison is saved by turns. */
const RECORDS: readonly string[] = ["comparison-0.json", "comparison-1.json"];
const INPUT_FOLDER = /^(data|model)(-\d+)?$/;
/** Slots for two checkpoints and a third being written. */
const SLOTS = ["0", "1", "2"];

type Files = ReadonlyMap<string, Uint8Array | string>;

export class Store {
  readonly #root: FileSystemDirectoryHandle;
  readonly #open: OpenFile[] = [];
  #saving: Promise<void> = Promise.resolve();
  #saves = 0;

  private constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  /**
   * Opens the comparison's store, in the browser's private file system.
   *
   * @throws `E_STORAGE` in a browser without a private file system.
   */
  static async open(): Promise<Store> {
    const origin = await navigator.storage?.getDirectory?.().catch(() => undefined);
    if (origin === undefined)
      throw new InputError(
        "E_STORAGE",
        "this browser gives the page no private file system (OPFS), which it keeps its work in\n" +
          "Private windows of some browsers have none: open the page in a usual one.",
      );
    return new Store(await origin.getDirectoryHandle(KEPT_FOLDER, { create: true }));
  }

  async saved(): Promise<Saved | undefined> {
    const records = await Promise.all(RECORDS.map((name) => this.#record(name)));
    const last = records.reduce((one, other) => (other.count > one.count ? other : one));
    this.#saves = last.count;
    return last.saved;
  }

  /** Saves in sequence, since a file opens once, and by turns in two files, so that either is always whole. */
  save(saved: Saved): Promise<void> {
    this.#saving = this.#saving
      .catch(() => {})
      .then(async () => {
        const count = this.#saves + 1;
        await write(this.#root, RECORDS[count % RECORDS.length]!, JSON.stringify({ count, saved }));
        this.#saves = count;
      });
    return this.#saving;
  }

  /** Removes everything, the saved comparison last: after a failure it can still be forgotten. */
  async forget(): Promise<void> {
    this.closeFiles();
    const names: string[] = [];
    for await (const name of this.#root.keys()) names.push(name);
    const isRecord = (name: string): boolean => RECORDS.includes(name);
    for (const name of [...names.filter((name) => !isRecord(name)), ...names.filter(isRecord)])
      await this.#root.removeEntry(name, { recursive: true });
  }

  /**
   * Copies files into a new folder, reporting bytes. Copies count once a saved comparison names the folder.
   *
   * @throws an error for files that change meanwhile, a full storage, or a copy unlike the original.
   */
  async put(
    kind: "data" | "model",
    files: readonly NamedFile[],
    onBytes: (bytes: number) => void = () => {},
  ): Promise<KeptFiles> {
    const folder = await this.#newFolder(kind);
    try {
      const into = await this.#root.getDirectoryHandle(folder, { create: true });
      const copies: KeptFile[] = [];
      let before = 0;
      for (const [place, { name, file }] of files.entries()) {
        const out = await openSync(into, String(place));
        try {
          const digest = await copyChecked(name, file, out, (bytes) => onBytes(before + bytes));
          copies.push({ name, bytes: file.size, digest });
        } finally {
          out.close();
        }
        before += file.size;
      }
      return { folder, files: copies };
    } catch (error) {
      await this.#root.removeEntry(folder, { recursive: true }).catch(() => {}); // a folder left here is removed by the next visit
      throw error;
    }
  }

  /** Removes copies the saved comparison does not name. */
  async keepOnlyInputs({ dataFiles, modelFiles }: Pick<Saved, "dataFiles" | "modelFiles">): Promise<void> {
    const named = new Set([dataFiles?.folder, modelFiles?.folder]);
    for await (const name of this.#root.keys())
      if (INPUT_FOLDER.test(name) && !named.has(name))
        await this.#root.removeEntry(name, { recursive: true });
  }

  /** True if all files are there with their lengths. */
  async hasAll({ folder, files }: KeptFiles): Promise<boolean> {
    const handle = await this.#root.getDirectoryHandle(folder).catch(ignoreMissing);
    for (const [place, { bytes }] of files.entries()) {
      const file = await handle?.getFileHandle(String(place)).catch(ignoreMissing);
      if ((await file?.getFile())?.size !== bytes) return false;
    }
    return true;
  }

  /** Reads a single copied file. Throws `E_STORAGE` if it changed since copying. */
  async bytes({ folder, files: [file] }: KeptFiles): Promise<Uint8Array> {
    const handle = await (await this.#root.getDirectoryHandle(folder)).getFileHandle("0");
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    const digest = await digestOf(bytes.length, async (at, end) => bytes.slice(at, end));
    if (digest !== file!.digest) throw notAsCopied(file!.name);
    return bytes;
  }

  /** Copied file by name, unchecked, if any. */
  async keptFile({ folder, files }: KeptFiles, name: string): Promise<File | undefined> {
    const place = files.findIndex((file) => file.name === name);
    const handle = await this.#root.getDirectoryHandle(folder).catch(ignoreMissing);
    return (await handle?.getFileHandle(String(place)).catch(ignoreMissing))?.getFile();
  }

  /** Model files, open until {@link closeFiles}. Throws `E_STORAGE` for another length. */
  async modelFiles({ folder, files }: KeptFiles): Promise<Map<string, ByteSource>> {
    const handle = await this.#root.getDirectoryHandle(folder);
    const sources = new Map<string, ByteSource>();
    for (const [place, { name, bytes }] of files.entries()) {
      const source = sourceOf(await this.#sync(handle, String(place)));
      if (source.byteLength !== bytes) throw notAsCopied(name);
      sources.set(name, source);
    }
    return sources;
  }

  async checkpoints(): Promise<CheckpointStore> {
    const folder = await this.#root.getDirectoryHandle("checkpoints", { create: true });
    const slots: SyncFile[] = [];
    for (const name of SLOTS) slots.push(await this.#sync(folder, name));
    return slotStore(slots);
  }

  closeFiles(): void {
    for (const handle of this.#open.splice(0)) handle.close();
  }

  async result(trialId: string): Promise<TrialResult | undefined> {
    const trial = await this.#trial(trialId);
    const text = trial && (await this.#text(trial, "result.json"));
    try {
      return text === undefined ? undefined : (JSON.parse(text) as TrialResult);
    } catch {
      return undefined; // half written, by a tab that was closed: the trial is run again
    }
  }

  async results(): Promise<TrialResult[]> {
    const results: TrialResult[] = [];
    for await (const trialId of (await this.#trials()).keys())
      results.push(...[await this.result(trialId)].filter((result) => result !== undefined));
    return results;
  }

  /** Writes a trial's result last: a trial with a result is whole. */
  async keep(result: TrialResult, adapter: Files): Promise<void> {
    const trial = await (await this.#trials()).getDirectoryHandle(result.trialId, { create: true });
    const folder = await trial.getDirectoryHandle("adapter", { create: true });
    for (const [name, content] of adapter) await write(folder, name, content);
    await write(trial, "result.json", JSON.stringify(result));
  }

  async adapter(trialId: string): Promise<Map<string, Uint8Array>> {
    const trial = await this.#trial(trialId);
    const files = new Map<string, Uint8Array>();
    if (trial === undefined) return files;
    for await (const [name, handle] of (await trial.getDirectoryHandle("adapter")).entries())
      if (handle instanceof FileSystemFileHandle)
        files.set(name, new Uint8Array(await (await handle.getFile()).arrayBuffer()));
    return files;
  }

  async keepOnly(trialIds: ReadonlySet<string>): Promise<void> {
    const trials = await this.#trials();
    for await (const name of trials.keys())
      if (!trialIds.has(name)) await trials.removeEntry(name, { recursive: true });
  }

  /** New folder under the first free name: cut-off copies may have left folders. */
  async #newFolder(kind: string): Promise<string> {
    for (let number = 1; ; number++) {
      const name = `${kind}-${number}`;
      if ((await this.#root.getDirectoryHandle(name).catch(ignoreMissing)) === undefined) return name;
    }
  }

  /** Reads a record. The count is 0 without a whole record. */
  async #record(name: string): Promise<{ readonly count: number; readonly saved?: Saved }> {
    try {
      const { count = 0, saved } = JSON.parse((await this.#text(this.#root, name)) ?? "{}");
      return { count, saved };
    } catch {
      return { count: 0 }; // half written, by a tab that was closed: the other record counts
    }
  }

  async #sync(folder: FileSystemDirectoryHandle, name: string): Promise<OpenFile> {
    const handle = await openSync(folder, name);
    this.#open.push(handle);
    return handle;
  }

  #trials(): Promise<FileSystemDirectoryHandle> {
    return this.#root.getDirectoryHandle("trials", { create: true });
  }

  async #trial(trialId: string): Promise<FileSystemDirectoryHandle | undefined> {
    return (await this.#trials()).getDirectoryHandle(trialId).catch(ignoreMissing);
  }

  async #text(folder: FileSystemDirectoryHandle, name: string): Promise<string | undefined> {
    const handle = await folder.getFileHandle(name).catch(ignoreMissing);
    return handle && (await handle.getFile()).text();
  }
}

/**
 * Throws in an unsupported browser.
 *
 * @throws `E_STORAGE` in a browser without locks, or whose private file system workers cannot write.
 */
export function assertSupported(): void {
  const canWrite =
    typeof FileSystemFileHandle === "function" && "createSyncAccessHandle" in FileSystemFileHandle.prototype;
  if (!canWrite || navigator.locks === undefined)
    throw new InputError(
      "E_STORAGE",
      `this browser must have ${canWrite ? "locks between tabs (Web Locks)" : "files that a worker can write (createSyncAccessHandle)"}, got none\n` +
        "Open the page in Chrome 108, Firefox 111, Safari 16.4 or a newer one.",
    );
}

function ignoreMissing(error: unknown): undefined {
  if ((error as { readonly name?: unknown }).name === "NotFoundError") return undefined;
  throw error;
}
