// Where a comparison's data and model come from: chosen files, the hub, an earlier visit, the page itself.
import { readFile } from "node:fs/promises";
import { modelFolder } from "@lorank/starter";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DataChoice, ModelChoice, Saved } from "../../src/protocol.ts";
import { keepInputs, openData, openModel, wholeInputs } from "../../src/worker/inputs.ts";
import { Store } from "../../src/worker/store.ts";
import { MemoryFileHandle, MemoryFolder } from "./memory-folder.ts";

let store: Store;
let said: string[];

beforeEach(async () => {
  const root = new MemoryFolder();
  vi.stubGlobal("FileSystemFileHandle", MemoryFileHandle);
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => root } });
  store = await Store.open();
  said = [];
});
afterEach(() => void vi.unstubAllGlobals());

const fileOf = (name: string, text = name) => ({ name, file: new File([text], name) });
const mails: DataChoice = { kind: "e-mails" };
const starter: ModelChoice = { kind: "starter" };
const keep = (data: DataChoice, model: ModelChoice, before?: Saved) =>
  keepInputs(store, data, model, before, (text) => void said.push(text));
const namesOf = ({ modelFiles }: Awaited<ReturnType<typeof keep>>) =>
  modelFiles?.files.map(({ name }) => name);

test("the page's own data and model need no copy", async () => {
  expect(await keep(mails, starter)).toEqual({});
});

test("what an earlier visit kept is taken again by its name", async () => {
  const files = { folder: "data-1", files: [] };
  const before = {
    dataName: "a.csv",
    dataFiles: files,
    modelName: "m",
    modelFiles: files,
  } as unknown as Saved;
  const { dataName, dataFiles, modelName, modelFiles } = before;
  const kept = { kind: "kept", name: "" } as const;
  expect(await keep(kept, starter, before)).toEqual({ dataName, dataFiles });
  expect(await keep(mails, kept, before)).toEqual({ modelName, modelFiles });
});

test("a file of 100 MB is taken, a larger one is refused before it is read", async () => {
  const sized = (bytes: number): DataChoice => {
    const file = new File(["text"], "large.csv");
    return { kind: "file", file: Object.defineProperty(file, "size", { value: bytes }) };
  };
  await expect(keep(sized(100e6 + 1), starter)).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringMatching(/^large\.csv must have at most 100 MB in a browser tab, got 101 MB\n/),
  });
  await expect(keep(sized(100e6), starter)).rejects.not.toMatchObject({ code: "E_DATA" });
});

describe("a folder", () => {
  const folder = (...names: string[]): ModelChoice => ({
    ...{ kind: "folder", name: "tiny", files: names.map((name) => fileOf(name)) },
  });

  test("gives the files that a model is read from, and says how far their copy is", async () => {
    const kept = await keep(mails, folder("config.json", "README.md", "model.safetensors", "chat.jinja"));
    expect(kept.modelName).toBe("tiny");
    expect(namesOf(kept)).toEqual(["config.json", "model.safetensors", "chat.jinja"]);
    expect(said.at(-1)).toBe("Copying tiny into this browser's storage: 1 MB of 1 MB");
  });

  test("of one GGUF file is a model", async () => {
    expect(namesOf(await keep(mails, folder("model.gguf")))).toEqual(["model.gguf"]);
  });

  test.each([
    [[], "no files"],
    [["README.md"], "README.md"],
    [["a.gguf", "b.gguf"], "a.gguf, b.gguf"],
    [["a.gguf", "README.md"], "a.gguf, README.md"],
    [[..."123456789"], "1, 2, 3, 4, 5, 6, 7, 8"],
  ])("of %j is no model", async (names, got) => {
    await expect(keep(mails, folder(...names))).rejects.toMatchObject({
      code: "E_FILE",
      message: `the folder must hold config.json, tokenizer.json and model.safetensors, or be one .gguf file, got ${got}`,
    });
  });
});

describe("a model of the hub", () => {
  /** Serves these files of `someone/tiny`, and nothing or an error otherwise. */
  function hub(files: Readonly<Record<string, string>>, otherwise = 404): string[] {
    const loaded: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      const name = url.replace("https://huggingface.co/someone/tiny/resolve/main/", "");
      loaded.push(name);
      return new Response(files[name] ?? "", { status: name in files ? 200 : otherwise });
    });
    return loaded;
  }
  const tiny: ModelChoice = { kind: "hub", id: "someone/tiny" };
  const needed = { "config.json": "{}", "tokenizer.json": "{}" };

  test("has its needed files, and others where they are", async () => {
    hub({ ...needed, "model.safetensors": "w", "chat_template.jinja": "t" });
    const kept = await keep(mails, tiny);
    expect(kept.modelName).toBe("someone/tiny");
    expect(namesOf(kept)).toEqual([
      "config.json",
      "tokenizer.json",
      "chat_template.jinja",
      "model.safetensors",
    ]);
    expect(said[0]).toBe("Loading config.json of someone/tiny from the hub");
  });

  test("in several parts has each part once", async () => {
    const weight_map = { a: "model-1.safetensors", b: "model-2.safetensors", c: "model-1.safetensors" };
    const index = JSON.stringify({ weight_map });
    const loaded = hub({
      ...{
        ...needed,
        "model.safetensors.index.json": index,
        "model-1.safetensors": "1",
        "model-2.safetensors": "2",
      },
    });
    expect(namesOf(await keep(mails, tiny))?.slice(-2)).toEqual([
      "model-1.safetensors",
      "model-2.safetensors",
    ]);
    expect(loaded.filter((name) => name === "model-1.safetensors")).toHaveLength(1);
    expect(loaded).not.toContain("model.safetensors");
  });

  test.each(["someone", "a/b/c", "a b/c", ""])("is not asked for under %j", async (id) => {
    const loaded = hub({});
    await expect(keep(mails, { kind: "hub", id })).rejects.toMatchObject({
      code: "E_HUB",
      message: `the id must be like HuggingFaceTB/SmolLM2-135M, got ${JSON.stringify(id)}`,
    });
    expect(loaded).toEqual([]);
  });

  test.each([401, 403, 404])(
    "that lacks a needed file, or may not be read (%d), says which",
    async (status) => {
      hub({ "config.json": "{}" }, status);
      await expect(keep(mails, tiny)).rejects.toThrow(
        "someone/tiny must hold tokenizer.json, got none, or no leave to read it",
      );
    },
  );

  test("that cannot be reached, or has an error of its own, says so", async () => {
    hub({}, 503);
    await expect(keep(mails, tiny)).rejects.toThrow(/^the hub said 503 for https:\/\/huggingface\.co/);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(keep(mails, tiny)).rejects.toThrow("the hub could not be reached from this page");
  });
});

describe("what is stored", () => {
  const data: DataChoice = { kind: "file", file: new File(["text,label\n"], "a.csv") };
  const model: ModelChoice = { kind: "folder", name: "tiny", files: [fileOf("config.json", "{}")] };
  const asked = {} as Saved["asked"];

  test("is opened as it was chosen", async () => {
    const kept = await keep(data, model);
    const { data: name, readData } = await openData(store, kept);
    expect(name).toBe("a.csv");
    expect(new TextDecoder().decode(await readData("a.csv", 1e9))).toBe("text,label\n");
    const { model: of, source } = await openModel(store, kept);
    expect([of, source.path]).toEqual(["tiny", "tiny"]);
    store.closeFiles();
  });

  test.each([
    ["data", { dataFiles: { folder: "data-9", files: [{ name: "a.csv", bytes: 1, digest: "" }] } }, "a.csv"],
    ["a model", { modelFiles: { folder: "model-9", files: [{ name: "c", bytes: 1, digest: "" }] } }, "tiny"],
  ])("without all of its %s waits for a person, who is told what is lost", async (_, lost, name) => {
    const saved: Saved = { asked, ...(await keep(data, model)), ...lost, state: "running" };
    const whole = await wholeInputs(store, saved);
    expect(whole.problem).toBe(`This browser no longer has all bytes of ${name}. Choose the file again.`);
    expect(whole.saved.state).toBe("stopped");
    expect([whole.saved.dataName, whole.saved.modelName]).toEqual(
      name === "tiny" ? ["a.csv", undefined] : [undefined, "tiny"],
    );
  });

  test("and whole goes on as it is", async () => {
    const saved: Saved = { asked, ...(await keep(data, model)), state: "running" };
    expect(await wholeInputs(store, saved)).toEqual({ saved });
    expect(await wholeInputs(store, { asked, state: "done" })).toEqual({ saved: { asked, state: "done" } });
  });
});

describe("the page's own", () => {
  const serve = (files: Readonly<Record<string, string>>) =>
    vi.stubGlobal("fetch", async (url: URL) => {
      const path = Object.keys(files).find((name) => url.pathname.endsWith(`/${name}`));
      return path === undefined
        ? new Response("", { status: 404 })
        : new Response(await readFile(files[path]!));
    });
  const starterFiles = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

  test("e-mails are those of the starter package, whether a server has unpacked them or not", async () => {
    serve({ "spam-assassin.jsonl.gz": `${modelFolder}/../data/spam-assassin.jsonl.gz` });
    const { data } = await openData(store, {});
    if (typeof data === "string") throw new Error("e-mails are no file");
    expect(data.name).toBe("spam-assassin");
    expect([data.train.length, data.validation.length].every((count) => count > 100)).toBe(true);
  });

  test("model is the starter, and a file that is not served is named", async () => {
    serve(Object.fromEntries(starterFiles.map((name) => [`starter/${name}`, `${modelFolder}/${name}`])));
    const { model, source } = await openModel(store, {});
    expect([model, source.path]).toEqual(["starter", "starter"]);
    serve({});
    await expect(openModel(store, {})).rejects.toThrow(
      "starter/config.json could not be loaded: the server said 404",
    );
  });
});
