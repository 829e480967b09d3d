import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Saved } from "../../src/protocol.ts";
import { keepInputs, openData, wholeInputs } from "../../src/worker/inputs.ts";
import { assertSupported, Store } from "../../src/worker/store.ts";
import { MemoryFileHandle, MemoryFolder } from "./memory-folder.ts";

let root: MemoryFolder;
/** Folder of the playground within the origin's. */
const kept = () => root.getDirectoryHandle("lorank-playground");
async function namesIn(folder: Promise<MemoryFolder>): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (await folder).keys()) names.push(name);
  return names.sort();
}

beforeEach(() => {
  root = new MemoryFolder();
  vi.stubGlobal("FileSystemFileHandle", MemoryFileHandle);
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => root }, locks: {} });
});
afterEach(() => void vi.unstubAllGlobals());

const MIB = 2 ** 20;
const fileOf = (name: string, size: number, byte: number) =>
  new File([new Uint8Array(size).fill(byte)], name);
const asked = {} as Saved["asked"];
const starter = { kind: "starter" } as const;

/** Copies and saves as the worker does. `before`: the comparison that is saved. */
async function keep(store: Store, file: File, before?: Saved): Promise<Saved> {
  const inputs = await keepInputs(store, { kind: "file", file }, starter, before, () => {});
  const saved: Saved = { asked, ...inputs, state: "done" };
  await store.save(saved);
  await store.keepOnlyInputs(saved);
  return saved;
}

/** What a reload of the page finds. */
async function reloaded() {
  const store = await Store.open();
  const saved = await store.saved();
  const whole = saved && (await wholeInputs(store, saved));
  await store.keepOnlyInputs(whole?.saved ?? {});
  return { store, ...whole };
}

async function expectFirst(file: File): Promise<void> {
  const { store, saved, problem } = await reloaded();
  expect(problem).toBeUndefined();
  expect(saved?.dataName).toBe(file.name);
  const { readData } = await openData(store, saved!);
  const bytes = await readData(file.name, Number.POSITIVE_INFINITY);
  expect(Buffer.from(bytes).equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
  expect(await namesIn(kept())).toEqual(["comparison-1.json", "data-1"]);
}

describe("files of a comparison", () => {
  const first = fileOf("first.csv", 20 * MIB, 1);

  test("replace the ones before them, which go", async () => {
    const store = await Store.open();
    const before = await keep(store, first);
    const after = await keep(store, fileOf("second.csv", 17 * MIB, 2), before);
    expect((await reloaded()).saved).toEqual(after);
    expect(await namesIn(kept())).toEqual(["comparison-0.json", "comparison-1.json", "data-2"]);
  });

  test("a reload during a copy leaves those from before, and nothing of the copy", async () => {
    const store = await Store.open();
    await keep(store, first);
    const second = fileOf("second.csv", 32 * MIB, 2);
    let atSecondPiece = () => {};
    const reload = new Promise<void>((resolve) => {
      atSecondPiece = resolve;
    });
    const slice = second.slice.bind(second);
    second.slice = (start = 0, end) => {
      if (start === 0) return slice(start, end);
      atSecondPiece();
      return { arrayBuffer: () => new Promise<never>(() => {}) } as unknown as Blob; // the tab is gone
    };
    void store.put("data", [{ name: second.name, file: second }]);
    await reload;
    expect(await namesIn((await kept()).getDirectoryHandle("data-2"))).toEqual(["0"]);
    (await (await (await kept()).getDirectoryHandle("data-2")).getFileHandle("0")).release();
    await expectFirst(first);
  });

  test("a full storage leaves those from before", async () => {
    const store = await Store.open();
    const before = await keep(store, first);
    root.room = 16 * MIB;
    await expect(keep(store, fileOf("second.csv", 32 * MIB, 2), before)).rejects.toThrow("storage is full");
    await expectFirst(first);
  });

  test("a copy with another byte is refused, and those from before stay", async () => {
    const store = await Store.open();
    const before = await keep(store, first);
    root.onWrite = (bytes) => bytes.map((byte, at) => (at === 7 ? byte + 1 : byte));
    await expect(keep(store, fileOf("second.csv", MIB, 2), before)).rejects.toMatchObject({
      code: "E_STORAGE",
      message: expect.stringContaining("the copy of second.csv in this browser must be equal to the file"),
    });
    root.onWrite = (bytes) => bytes;
    await expectFirst(first);
  });

  test("a model that cannot be copied leaves the data from before as well", async () => {
    const store = await Store.open();
    const before = await keep(store, first);
    const files = ["config.json", "model.safetensors"].map((name) => ({
      name,
      file: fileOf(name, 9 * MIB, 3),
    }));
    root.room = 20 * MIB;
    const data = { kind: "file", file: fileOf("second.csv", MIB, 2) } as const;
    const model = { kind: "folder", name: "mine", files } as const;
    const counts: string[] = [];
    await keepInputs(store, data, model, before, (text) => counts.push(text)).then((inputs) =>
      expect(inputs.modelFiles?.files.map(({ bytes }) => bytes)).toEqual([9 * MIB, 9 * MIB]),
    );
    expect(counts.at(-1)).toBe("Copying mine into this browser's storage: 19 MB of 19 MB");
    await expect(keepInputs(store, data, model, before, () => {})).rejects.toThrow("storage is full");
    await expectFirst(first);
  });

  test("a file that lost bytes since is not taken for whole", async () => {
    const store = await Store.open();
    const saved = await keep(store, first);
    const handle = await (await (await kept()).getDirectoryHandle("data-1")).getFileHandle("0");
    const open = await handle.createSyncAccessHandle();
    open.write(new Uint8Array([9]), { at: 5 });
    await expect((await openData(store, saved)).readData("first.csv", 1e9)).rejects.toMatchObject({
      code: "E_STORAGE",
    });
    open.truncate(16 * MIB);
    open.close();
    const found = await reloaded();
    expect(found.problem).toBe("This browser no longer has all bytes of first.csv. Choose the file again.");
    expect(found.saved).toEqual({ asked, state: "stopped" });
  });

  test("names that the file system does not allow are kept", async () => {
    const file = fileOf("a\\b.csv", 10, 1);
    await keep(await Store.open(), file);
    await expectFirst(file);
  });

  test("a file that is too large is refused with the limit before a byte of it is read", async () => {
    const store = await Store.open();
    const before = await keep(store, first);
    const large = { name: "large.csv", size: 300e6 } as File;
    await expect(keep(store, large, before)).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringContaining("large.csv must have at most 100 MB in a browser tab, got 300 MB\n"),
    });
    await expectFirst(first);
  });
});

test("of two saves one is always whole", async () => {
  const store = await Store.open();
  for (const state of ["running", "paused", "done"] as const) await store.save({ asked, state });
  expect((await reloaded()).saved?.state).toBe("done");
  const record = await (await kept()).getFileHandle("comparison-1.json");
  const open = await record.createSyncAccessHandle();
  open.truncate(9);
  open.close();
  const { store: next, saved } = await reloaded();
  expect(saved?.state).toBe("paused");
  await next.save({ asked, state: "stopped" });
  expect((await reloaded()).saved?.state).toBe("stopped");
});

test("what cannot be removed is an error, and the comparison is still saved", async () => {
  const store = await Store.open();
  await keep(store, fileOf("first.csv", 10, 1));
  const handle = await (await (await kept()).getDirectoryHandle("data-1")).getFileHandle("0");
  const open = await handle.createSyncAccessHandle();
  await expect(store.forget()).rejects.toThrow("is open");
  expect((await store.saved())?.dataName).toBe("first.csv");
  open.close();
  await store.forget();
  expect(await namesIn(kept())).toEqual([]);
});

test("a browser without createSyncAccessHandle or without locks is told what it lacks", () => {
  assertSupported();
  vi.stubGlobal("navigator", {});
  expect(assertSupported).toThrow("this browser must have locks between tabs (Web Locks), got none");
  vi.stubGlobal("FileSystemFileHandle", class {});
  expect(assertSupported).toThrow("(createSyncAccessHandle), got none\nOpen the page in Chrome 108");
});
