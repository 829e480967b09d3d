// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Form } from "../../src/page/form.tsx";
import { type FormValues, firstValues } from "../../src/page/form-values.ts";
import type { Session } from "../../src/page/session.ts";
import type { NamedFile, Saved, TimeEstimate } from "../../src/protocol.ts";
import { emptyPage, one, press, text, type } from "./open-page.tsx";

const session = {
  start: vi.fn(),
  estimate: vi.fn(),
  readColumns: vi.fn(),
  forget: vi.fn(),
};
const estimate: TimeEstimate = { low: 60, high: 240, isMeasured: false, isMost: false };

interface Given {
  readonly saved?: Saved;
  readonly values?: FormValues;
  readonly columns?: readonly string[];
  readonly estimate?: TimeEstimate;
}

beforeEach(() => {
  for (const called of Object.values(session)) called.mockReset();
  emptyPage();
});

async function show(given: Given = {}): Promise<void> {
  const { saved, values, columns, estimate } = given;
  const props = { saved, values, columns, estimate, session: session as unknown as Session };
  await act(() => render(<Form {...props} />, document.body));
}

async function choose(name: string, kind: string): Promise<void> {
  await act(() => one<HTMLInputElement>(`input[name=${name}][value=${kind}]`).click());
}

async function pick(selector: string, files: readonly File[]): Promise<void> {
  const input = one<HTMLInputElement>(selector);
  Object.defineProperty(input, "files", { configurable: true, value: files });
  await act(() => void input.dispatchEvent(new Event("change", { bubbles: true })));
}

const invalid = (): (string | null)[] =>
  [...document.querySelectorAll("[aria-invalid=true]")].map(({ id }) => id);
const chosen = (name: string): string => one<HTMLInputElement>(`input[name=${name}]:checked`).value;

describe("what is typed", () => {
  test("is started as it stands in the form", async () => {
    await show();
    await type("#ranks", "4, 16");
    await type("#epochs", "2");
    await type("#evaluateEvery", "0.25");
    await type("#labelColumn", " topic ");
    await act(() => one<HTMLInputElement>("input[type=checkbox]").click());
    await press("Start");
    const [settings, data, model, values] = session.start.mock.calls[0]!;
    expect(settings).toMatchObject({ ranks: [4, 16], epochs: 2, evaluateEvery: 0.25 });
    expect(settings).toMatchObject({ labelColumn: "topic", mergeLabels: true });
    expect([data, model]).toEqual([{ kind: "e-mails" }, { kind: "starter" }]);
    expect(values.text).toMatchObject({ ranks: "4, 16", labelColumn: " topic " });
    expect(invalid()).toEqual([]);
  });

  test("and wrong marks its own fields, is said in words that have the focus, and starts nothing", async () => {
    await show();
    await type("#ranks", "8, eight");
    expect(invalid()).toEqual([]);
    await press("Start");
    expect(invalid()).toEqual(["ranks"]);
    const said = one<HTMLElement>("[role=alert]");
    expect(said.textContent).toMatch(/^Ranks must be .*, got "8, eight"\.$/);
    expect(document.activeElement).toBe(said);
    expect(session.start).not.toHaveBeenCalled();
    await type("#ranks", "8, 16");
    await press("Start");
    expect(document.querySelector("[role=alert]")).toBeNull();
    expect(session.start).toHaveBeenCalledOnce();
  });

  test("has its time estimated while it is right", async () => {
    await show({ estimate });
    expect(session.estimate).toHaveBeenCalledOnce();
    expect(session.estimate.mock.calls[0]![0]).toMatchObject({ hasFile: false, model: { kind: "starter" } });
    expect(text()).toContain("About 1 to 4 minutes here");
    await type("#seeds", "many");
    expect(text()).not.toContain("About 1 to 4 minutes here");
    expect(session.estimate).toHaveBeenCalledOnce();
    await type("#seeds", "2");
    expect(session.estimate.mock.calls.at(-1)![0].settings.seeds).toBe(2);
    await type("#evaluateEvery", "5");
    expect(session.estimate.mock.calls.at(-1)![0].settings.evaluateEvery).toBe(5);
  });

  test("is one of numbers or of words, and a column is proposed from the file", async () => {
    await show({ columns: ["text", "label"] });
    const modeOf = (id: string) => one(id).getAttribute("inputmode");
    expect(["#ranks", "#textColumn", "#seeds", "#learningRate"].map(modeOf)).toEqual([
      ...["text", "text", "decimal", "decimal"],
    ]);
    expect([one("#textColumn").getAttribute("list"), one("#seeds").getAttribute("list")]).toEqual([
      "columns",
      null,
    ]);
    expect(
      [...document.querySelectorAll("datalist option")].map((option) => option.getAttribute("value")),
    ).toEqual(["text", "label"]);
    expect(text()).toContain("Its columns: text, label.");
    await show({ columns: [] });
    expect(text()).not.toContain("Its columns");
  });
});

describe("data", () => {
  const file = new File(["text,label\n"], "mails.csv");

  test("that is a file is read for its columns, chosen and named", async () => {
    await show();
    expect(chosen("data")).toBe("e-mails");
    await pick(".drop input[type=file]", [file]);
    expect(session.readColumns).toHaveBeenCalledWith(file);
    expect(chosen("data")).toBe("file");
    expect(one(".drop strong").textContent).toBe("mails.csv");
    expect(session.estimate.mock.calls.at(-1)![0]).toMatchObject({ hasFile: true });
    await press("Start");
    expect(session.start.mock.calls[0]![1]).toEqual({ kind: "file", file });
  });

  test("can be dropped, which is shown while it is over the place", async () => {
    await show();
    const drop = one<HTMLElement>(".drop");
    const drag = async (kind: string, dataTransfer?: object) => {
      const event = Object.assign(new Event(kind, { bubbles: true, cancelable: true }), { dataTransfer });
      await act(() => void drop.dispatchEvent(event));
      return [event.defaultPrevented, drop.className];
    };
    expect(await drag("dragover")).toEqual([true, "drop over"]);
    expect(await drag("dragleave")).toEqual([false, "drop"]);
    await drag("dragover");
    expect(await drag("drop", { files: [] })).toEqual([true, "drop"]);
    expect(session.readColumns).not.toHaveBeenCalled();
    await drag("drop", { files: [file] });
    expect(session.readColumns).toHaveBeenCalledWith(file);
  });

  test("of the visit before can be taken again, or forgotten", async () => {
    const saved = {
      asked: { ...settingsOf(), ranks: [2, 64] },
      dataName: "first.csv",
      state: "done",
    } as const;
    await show({ saved });
    expect(chosen("data")).toBe("kept");
    expect(one<HTMLInputElement>("#ranks").value).toBe("2, 64");
    expect(text()).toContain("first.csv");
    expect(document.querySelector("input[name=model][value=kept]")).toBeNull();
    await press("Start");
    expect(session.start.mock.calls[0]![1]).toEqual({ kind: "kept", name: "first.csv" });
    await press("Forget what is kept here");
    expect(session.forget).toHaveBeenCalledOnce();
    await show();
    expect(text()).not.toContain("Forget");
  });

  test("of a form that could not be stored stands there again", async () => {
    await show({ values: { ...firstValues, dataKind: "file", file } });
    expect(one(".drop strong").textContent).toBe("mails.csv");
  });
});

describe("a model", () => {
  test("has its own learning rate, unless one was typed", async () => {
    await show();
    const rate = () => one<HTMLInputElement>("#learningRate").value;
    expect(rate()).toBe("0.003");
    await choose("model", "hub");
    expect(rate()).toBe("0.0005");
    await type(".wide input", " someone/model ");
    await press("Start");
    expect(session.start.mock.calls[0]![2]).toEqual({ kind: "hub", id: "someone/model" });
    await type("#learningRate", "0.01");
    await choose("model", "starter");
    expect(rate()).toBe("0.01");
    expect(document.querySelector(".wide")).toBeNull();
  });

  const listed = (path: string): File =>
    Object.defineProperty(new File(["{}"], path.split("/").at(-1)!), "webkitRelativePath", { value: path });

  test("that is a folder has its files without those of folders in it", async () => {
    await show();
    await choose("model", "folder");
    await press("Start");
    expect(text()).toContain("Model must be a folder with a checkpoint, got none.");
    const files = ["tiny/config.json", "tiny/model.safetensors", "tiny/old/model.safetensors"].map(listed);
    await pick("input[multiple]", files);
    expect(text()).toContain("tiny, 2 files");
    await press("Start");
    const { name, files: taken } = session.start.mock.calls[0]![2];
    expect([name, taken.map((one: NamedFile) => one.name)]).toEqual([
      "tiny",
      ["config.json", "model.safetensors"],
    ]);
  });

  test("of files that were chosen without their folder is named by the first", async () => {
    await show();
    await choose("model", "folder");
    await pick(
      "input[multiple]",
      [listed("model.gguf")].map((file) => Object.assign(file)),
    );
    expect(text()).toContain("model.gguf, 1 files");
  });

  test("is picked by the browser's own dialogue where it has one, and a cancelled one changes nothing", async () => {
    class Handle {
      getFile = async () => new File(["{}"], "config.json");
    }
    vi.stubGlobal("FileSystemFileHandle", Handle);
    const showDirectoryPicker = vi.fn(async () => ({
      name: "picked",
      async *entries() {
        yield ["config.json", new Handle()];
        yield ["old", {}];
      },
    }));
    vi.stubGlobal("showDirectoryPicker", showDirectoryPicker);
    await show();
    await choose("model", "folder");
    showDirectoryPicker.mockRejectedValueOnce(new Error("cancelled"));
    await press("choose one");
    expect(document.querySelectorAll(".drop strong")).toHaveLength(0);
    await press("choose one");
    expect(text()).toContain("picked, 1 files");
  });

  test("that is dropped as a folder is read to its end, a part at a time", async () => {
    await show();
    await choose("model", "folder");
    const entry = (name: string, isFile: boolean) => ({
      ...{ name, isFile, file: (done: (file: File) => void) => done(new File(["{}"], name)) },
    });
    const parts = [[entry("config.json", true), entry("old", false)], [entry("model.safetensors", true)], []];
    const folder = {
      ...{ name: "dropped", isDirectory: true },
      createReader: () => ({ readEntries: (done: (part: unknown) => void) => done(parts.shift()) }),
    };
    const items = [{ webkitGetAsEntry: () => null }, { webkitGetAsEntry: () => folder }];
    const drop = [...document.querySelectorAll(".drop")].at(-1)!;
    const event = Object.assign(new Event("drop", { bubbles: true }), { dataTransfer: { items, files: [] } });
    await act(async () => {
      drop.dispatchEvent(event);
      await new Promise((done) => setTimeout(done));
    });
    expect(text()).toContain("dropped, 2 files");
  });
});

describe("a device", () => {
  const withAdapter = (adapter: object | null | Error) =>
    vi.stubGlobal("navigator", {
      gpu: {
        requestAdapter: async () => {
          if (adapter instanceof Error) throw adapter;
          return adapter;
        },
      },
    });

  test("can be chosen where the browser reaches a GPU", async () => {
    withAdapter({});
    await show();
    const device = one<HTMLSelectElement>("select");
    device.value = "webgpu";
    await act(() => void device.dispatchEvent(new Event("change", { bubbles: true })));
    await press("Start");
    expect(session.start.mock.calls[0]![0].device).toBe("webgpu");
  });

  test.each([
    ["no adapter", null],
    ["a driver on the processor", { info: { isFallbackAdapter: true } }],
    ["an error", new Error("lost")],
  ])("is not offered for %s", async (_, adapter) => {
    withAdapter(adapter);
    await show();
    expect(document.querySelector("select")).toBeNull();
  });
});

function settingsOf(): Saved["asked"] {
  return {
    ...{ ranks: [2, 8], seeds: 4, trainExamples: 240, validationExamples: 600, epochs: 1, batchSize: 8 },
    ...{ maxLength: 64, learningRate: 0.003, device: "wasm" },
  };
}
