/** Storage of a comparison in the origin's private file system (OPFS), read and written by one tab at a time. */

import type { ByteSource } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { TrialResult } from "@lorank/core/results";
import type { CheckpointStore } from "@lorank/train/browser";
import { type Zippable, zipSync } from "fflate";
import { KEPT_FOLDER, type OutFile, type Saved } from "../protocol.ts";
import { type SyncFile, slotStore } from "./checkpoint-store.ts";

const SAVED = "comparison.json";
/** Two checkpoints and the one that is being written. */
const SLOTS = ["0", "1", "2"];

/** Bytes that are copied at a time. */
const PIECE = 16 * 2 ** 20;

type Files = ReadonlyMap<string, Uint8Array | string>;

/** An access handle, which workers alone have and TypeScript's types of a page do not name. */
interface OpenFile extends SyncFile {
  close(): void;
}

export class Store {
  readonly #root: FileSystemDirectoryHandle;
  readonly #open: OpenFile[] = [];
  #saving: Promise<void> = Promise.resolve();

  private constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

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
    const text = await this.#text(this.#root, SAVED);
    return text === undefined ? undefined : (JSON.parse(text) as Saved);
  }

  /** One after the other: a file can be open once. */
  save(saved: Saved): Promise<void> {
    this.#saving = this.#saving.catch(() => {}).then(() => write(this.#root, SAVED, JSON.stringify(saved)));
    return this.#saving;
  }

  async forget(): Promise<void> {
    this.closeFiles();
    for await (const name of this.#root.keys()) await this.#root.removeEntry(name, { recursive: true });
  }

  /** Replaces the files of `folder`, and tells how many bytes of them are there. */
  async put(
    folder: "data" | "model",
    files: readonly { readonly name: string; readonly file: Blob }[],
    onBytes: (bytes: number) => void = () => {},
  ): Promise<void> {
    await this.remove(folder);
    const into = await this.#root.getDirectoryHandle(folder, { create: true });
    let done = 0;
    for (const { name, file } of files) {
      const out = await openSync(into, name);
      try {
        for (let at = 0; at < file.size; at += PIECE) {
          const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
          writeAll(out, piece, at);
          done += piece.length;
          onBytes(done);
        }
        out.flush();
      } finally {
        out.close();
      }
    }
  }

  async remove(folder: "data" | "model" | "checkpoints"): Promise<void> {
    if (folder !== "data") this.closeFiles();
    await this.#root.removeEntry(folder, { recursive: true }).catch(ignoreMissing);
  }

  async bytes(folder: "data", name: string): Promise<Uint8Array> {
    const files = await this.#root.getDirectoryHandle(folder);
    const file = await (await files.getFileHandle(name)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  }

  /** The model's files, open until {@link closeFiles}. */
  async modelFiles(names: readonly string[]): Promise<Map<string, ByteSource>> {
    const folder = await this.#root.getDirectoryHandle("model");
    const sources = new Map<string, ByteSource>();
    for (const name of names) sources.set(name, sourceOf(await this.#sync(folder, name)));
    return sources;
  }

  /** The checkpoints of the one trial that runs. */
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
      return undefined; // the tab was closed while it was written: the trial is run again
    }
  }

  /** The result goes last: a trial that has one is whole. */
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

  /** Removes the trials of other settings. */
  async keepOnly(trialIds: ReadonlySet<string>): Promise<void> {
    const trials = await this.#trials();
    for await (const name of trials.keys())
      if (!trialIds.has(name)) await trials.removeEntry(name, { recursive: true });
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

/** Opened as only a worker can, and as every browser lets it. */
async function openSync(folder: FileSystemDirectoryHandle, name: string): Promise<OpenFile> {
  const file = await folder.getFileHandle(name, { create: true });
  return (file as unknown as { createSyncAccessHandle(): Promise<OpenFile> }).createSyncAccessHandle();
}

async function write(
  folder: FileSystemDirectoryHandle,
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const out = await openSync(folder, name);
  try {
    out.truncate(0);
    writeAll(out, bytes, 0);
    out.flush();
  } finally {
    out.close();
  }
}

function writeAll(file: OpenFile, bytes: Uint8Array, at: number): void {
  if (file.write(bytes, { at }) !== bytes.length) throw new Error("the browser's storage is full");
}

function sourceOf(handle: OpenFile): ByteSource {
  return {
    byteLength: handle.getSize(),
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, handle.read(bytes, { at: offset }));
    },
  };
}

function ignoreMissing(error: unknown): undefined {
  if ((error as { readonly name?: unknown }).name === "NotFoundError") return undefined;
  throw error;
}

/** The same adapters give the same bytes. */
const TIME = new Date(1980, 0, 1);

/** A zip file with the PEFT folder of each trial, `r8-s1/adapter_config.json` and so on; of a single one, its files. */
export async function zipAdapters(
  store: Pick<Store, "adapter" | "result">,
  name: string,
  trialIds: readonly string[],
): Promise<OutFile> {
  const files: Zippable = {};
  for (const id of trialIds) {
    const folder = trialIds.length === 1 ? "" : `${folderOf(await store.result(id))}/`;
    for (const [file, bytes] of await store.adapter(id)) files[folder + file] = bytes;
  }
  // Trained weights do not get smaller.
  return { name, bytes: zipSync(files, { level: 0, mtime: TIME }) };
}

function folderOf(result: TrialResult | undefined): string {
  return result === undefined ? "adapter" : `r${result.spec.lora.rank}-s${result.spec.seed}`;
}
