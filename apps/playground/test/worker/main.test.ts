// Two tabs: two workers with one file system and one lock between them.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromWorker, Saved, ToWorker } from "../../src/protocol.ts";
import { MemoryFileHandle, MemoryFolder } from "./memory-folder.ts";

vi.mock("../../src/worker/comparison.ts", () => ({ runComparison: () => new Promise(() => {}) }));

let root: MemoryFolder;
let isLocked: boolean;

beforeEach(() => {
  root = new MemoryFolder();
  isLocked = false;
  vi.stubGlobal("FileSystemFileHandle", MemoryFileHandle);
  vi.stubGlobal("crossOriginIsolated", false);
  vi.stubGlobal("navigator", {
    storage: { getDirectory: async () => root },
    locks: {
      request: async (_: string, __: object, run: () => Promise<never>) => {
        if (isLocked) throw new DOMException("not in time", "TimeoutError");
        isLocked = true;
        return run();
      },
    },
  });
});
afterEach(() => void vi.unstubAllGlobals());

/** Starts a worker, with a way to send to it and to wait for a kind of its messages. */
async function tab() {
  const messages: FromWorker[] = [];
  let arrived = () => {};
  let listener: ((event: { readonly data: ToWorker }) => void) | undefined;
  vi.stubGlobal("addEventListener", (_: string, listen: typeof listener) => {
    listener = listen;
  });
  vi.resetModules();
  const say = (message: FromWorker) => {
    messages.push(message);
    arrived();
  };
  vi.stubGlobal("postMessage", say);
  await import("../../src/worker/main.ts");
  return {
    messages,
    send: (...sent: ToWorker[]) => {
      vi.stubGlobal("postMessage", say);
      for (const data of sent) listener!({ data });
    },
    hear: async <Kind extends FromWorker["kind"]>(kind: Kind) => {
      for (;;) {
        const found = messages.find((message) => message.kind === kind);
        if (found !== undefined) return found as Extract<FromWorker, { kind: Kind }>;
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
  };
}

const startOf = (name: string, isBlind: boolean): ToWorker => ({
  kind: "start",
  settings: {} as Saved["asked"],
  data: { kind: "file", file: new File([name], name) },
  model: { kind: "starter" },
  isBlind,
});

async function savedName(): Promise<string | undefined> {
  const { Store } = await import("../../src/worker/store.ts");
  return (await (await Store.open()).saved())?.dataName;
}

test("a start before the worker was there is refused where another tab has the lock, which loses nothing", async () => {
  const first = await tab();
  first.send({ kind: "open" }, startOf("first.csv", true));
  expect((await first.hear("stored")).saved.dataName).toBe("first.csv");
  const second = await tab();
  second.send({ kind: "open" }, startOf("second.csv", true));
  expect(await second.hear("refused")).toMatchObject({
    text: expect.stringContaining("This playground is open in another tab"),
    goesOn: false,
  });
  expect(second.messages.map(({ kind }) => kind)).toEqual(["opened", "refused"]);
  expect(await savedName()).toBe("first.csv");
});

test("a start before the worker was there does not replace what another tab began meanwhile", async () => {
  const first = await tab();
  first.send({ kind: "open" }, startOf("first.csv", true));
  await first.hear("stored");
  isLocked = false; // the first tab reloads itself for its threads
  const second = await tab();
  second.send({ kind: "open" }, startOf("second.csv", true));
  expect(await second.hear("refused")).toMatchObject({
    text: expect.stringContaining("Another tab has started a comparison meanwhile"),
    goesOn: true,
  });
  expect(await savedName()).toBe("first.csv");
});

test("a failed copy leaves the saved comparison, and a failed forget is said", async () => {
  const worker = await tab();
  worker.send({ kind: "open" });
  await worker.hear("opened");
  root.room = 3;
  worker.send(startOf("first.csv", false));
  expect(await worker.hear("error")).toMatchObject({
    of: "sweep",
    text: expect.stringContaining("The browser's storage for this page is full"),
  });
  expect(await savedName()).toBeUndefined();
  worker.messages.length = 0;
  const kept = await root.getDirectoryHandle("lorank-playground");
  await (await kept.getFileHandle("odd", { create: true })).createSyncAccessHandle();
  worker.send({ kind: "forget" });
  expect(await worker.hear("error")).toMatchObject({
    of: "forget",
    text: expect.stringContaining("A file is in use"),
  });
});

test("a pause while the inputs are being stored is told once it is saved", async () => {
  const only = await tab();
  only.send({ kind: "open" }, startOf("a.csv", false), { kind: "pause", byPerson: true });
  await only.hear("paused");
  const { Store } = await import("../../src/worker/store.ts");
  expect(await (await Store.open()).saved()).toMatchObject({ dataName: "a.csv", state: "paused" });
});

test("the columns of a file have the number of their pick", async () => {
  const worker = await tab();
  worker.send({ kind: "columns", pick: 3, file: new File(["text,label\na,b\n"], "a.csv") });
  expect(await worker.hear("columns")).toEqual({ kind: "columns", pick: 3, names: ["text", "label"] });
});

test("an estimate has the number of its question, and is none for a model that cannot be read", async () => {
  const worker = await tab();
  const file = new File(["{}"], "config.json");
  const model = { kind: "folder", name: "broken", files: [{ name: file.name, file }] } as const;
  worker.send({
    ...{ kind: "estimate", ask: 4, settings: {} as Saved["asked"] },
    ...{ hasFile: false, model, isThreaded: false },
  });
  expect(await worker.hear("estimate")).toEqual({ kind: "estimate", ask: 4, estimate: undefined });
});
