// A comparison from its data to its results, with runs that only say what runs say.
import { readFile } from "node:fs/promises";
import type { EngineSpec } from "@lorank/evidence/results";
import { modelFolder } from "@lorank/starter";
import { pointSteps } from "@lorank/train/names";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { FromWorker, Saved } from "../../src/protocol.ts";
import type { runComparison } from "../../src/worker/comparison.ts";
import type { Gate } from "../../src/worker/gate.ts";
import type { Store } from "../../src/worker/store.ts";
import { MemoryFileHandle, MemoryFolder } from "./memory-folder.ts";

type RunTrial = (
  spec: EngineSpec,
  inputs: {
    readonly runtime: () => { readonly device?: string };
    readonly threads: number;
    readonly host: object;
  },
  onEvent: (event: object) => void,
  control: { readonly signal?: AbortSignal },
) => Promise<object>;

const runTrial = vi.fn<RunTrial>();
const openRuntime = vi.fn(async (device: string) => ({ name: device, device, compile: vi.fn() }));
let of: { run: typeof runComparison; Gate: typeof Gate; Store: typeof Store; Stopped: new () => Error };

/** The module with these parts replaced, for this file alone: others share its process. */
beforeAll(async () => {
  vi.stubGlobal("navigator", {
    ...{ hardwareConcurrency: 8, userAgent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0" },
  });
  vi.resetModules();
  vi.doMock("../../src/worker/runtime.ts", () => ({ openRuntime, threads: 3, MOST_THREADS: 4 }));
  vi.doMock("@lorank/train/browser", async (original) => ({ ...(await original<object>()), runTrial }));
  vi.doMock("@lorank/checkpoint", async (original) => ({
    ...(await original<object>()),
    peftAdapterFiles: (_: object, npm?: object) =>
      new Map([["adapter_config.json", JSON.stringify(npm ?? {})]]),
  }));
  const { runComparison } = await import("../../src/worker/comparison.ts");
  const [gate, store, failure] = [
    await import("../../src/worker/gate.ts"),
    await import("../../src/worker/store.ts"),
    await import("../../src/worker/failure.ts"),
  ];
  of = { run: runComparison, Gate: gate.Gate, Store: store.Store, Stopped: failure.Stopped };
  vi.unstubAllGlobals();
});
afterAll(() => {
  for (const path of ["../../src/worker/runtime.ts", "@lorank/train/browser", "@lorank/checkpoint"])
    vi.doUnmock(path);
  vi.resetModules();
});

let store: Store;
let said: FromWorker[];
let now: number;
let gate: Gate;

beforeEach(async () => {
  const root = new MemoryFolder();
  vi.stubGlobal("FileSystemFileHandle", MemoryFileHandle);
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => root } });
  vi.stubGlobal(
    "fetch",
    async (url: URL) => new Response(await readFile(`${modelFolder}/${url.pathname.split("/").at(-1)}`)),
  );
  store = await of.Store.open();
  said = [];
  now = 0;
  gate = new of.Gate(() => now);
  runTrial.mockReset().mockImplementation(trained);
  openRuntime.mockClear();
});
afterEach(() => void vi.unstubAllGlobals());

/** A run of eight steps and an evaluation, with its points. `between` may happen after the second step. */
async function trained(
  spec: EngineSpec,
  _: object,
  onEvent: (event: object) => void,
  { signal }: { readonly signal?: AbortSignal } = {},
  between = { training: () => {}, evaluating: () => {} },
): Promise<object> {
  const correct = Array.from({ length: spec.data.validationExamples }, (_, i) => (i % 3 === 0 ? 0 : 1));
  const evaluation = { accuracy: 2 / 3, logLoss: 0.5, correct, logLosses: correct.map(() => 0.5) };
  const due = spec.evaluateEvery === undefined ? [] : pointSteps(spec.evaluateEvery, 8);
  for (let step = 1; step <= 8; step++) {
    if (step === 3) between.training();
    onEvent({ kind: "step", step, steps: 8, loss: 1 / step, learningRate: 0.1 });
    signal?.throwIfAborted();
    if (!due.includes(step)) continue;
    between.evaluating();
    onEvent({ kind: "point", step, steps: 8, accuracy: 2 / 3, logLoss: 0.5 });
  }
  between.evaluating();
  const result = {
    ...{ spec, trialId: "of the engine", status: "completed", steps: 8, lossCurve: [] },
    evaluation,
    ...(due.length > 0 && { points: due.map((step) => ({ step, evaluation })) }),
    measured: {
      seconds: { load: 1, train: 10, evaluate: 5, total: 16 },
      provenance: { lorank: "0", node: "Firefox", runtime: "fake", finishedAt: "" },
    },
  };
  return { result, adapter: {} };
}

const rows = Array.from(
  { length: 60 },
  (_, i) => `mail number ${i} of ${i % 2 ? "spam" : "ham"},${i % 2 ? "spam" : "ham"}`,
);
const file = new File([`text,label\n${rows.join("\n")}\n`], "mails.csv");

async function saved(change: object = {}): Promise<Saved> {
  const dataFiles = await store.put("data", [{ name: file.name, file }]);
  const asked: Saved["asked"] = {
    ...{ ranks: [2, 8], seeds: 2, trainExamples: 20, validationExamples: 600, epochs: 1, batchSize: 4 },
    ...{ maxLength: 16, learningRate: 0.003, device: "wasm", ...change },
  };
  const whole: Saved = { asked, dataName: file.name, dataFiles, state: "running" };
  await store.save(whole);
  return whole;
}

/** Messages reach the page as copies. */
const run = async (comparison: Saved) =>
  of.run(store, comparison, gate, (message) => void said.push(structuredClone(message)));
const heard = <Kind extends FromWorker["kind"]>(kind: Kind) =>
  said.filter((message): message is Extract<FromWorker, { kind: Kind }> => message.kind === kind);

describe("a comparison", () => {
  test("plans at most what the file has, runs each trial, keeps it and decides", async () => {
    await run(await saved());
    const { planned, results } = heard("prepared")[0]!;
    expect(planned.trials.map(({ name }) => name)).toEqual(["r2-s1", "r8-s1", "r2-s2", "r8-s2"]);
    // A fifth of the rows is for validation; 20 of the others were asked for.
    expect(planned.rows).toEqual({ used: 32, all: 60 });
    expect(planned).not.toHaveProperty("why");
    expect(planned.notes.join("\n")).toContain('the text is in column "text"');
    expect(results).toEqual([]);
    expect(heard("started").map(({ trialId }) => trialId)).toEqual(
      planned.trials.map(({ trialId }) => trialId),
    );
    expect(heard("progress")).toHaveLength(4 * 8);
    const { results: whole } = heard("done")[0]!;
    expect(whole.trials).toHaveLength(4);
    expect(whole.sweep).toMatchObject({ ranks: [2, 8], trialsAtOnce: 1, threadsPerTrial: 3 });
    expect((await store.saved())?.state).toBe("done");
    expect((await store.results()).map(({ trialId }) => trialId).sort()).toEqual(
      planned.trials.map(({ trialId }) => trialId).sort(),
    );
  });

  test("says which browser and system it runs in, and that an adapter is of the starter package", async () => {
    await run(await saved());
    const { threads, host } = runTrial.mock.calls[0]![1];
    expect(threads).toBe(3);
    expect(host).toMatchObject({ node: "Firefox 140", machine: "8 threads, X11" });
    const { trialId } = heard("finished")[0]!.result;
    const config = JSON.parse(
      new TextDecoder().decode((await store.adapter(trialId)).get("adapter_config.json")),
    );
    expect(config).toMatchObject({ packageName: "@lorank/starter", folder: "model" });
  });

  test("goes on where it was: kept runs are not made again, and those of other settings go", async () => {
    const comparison = await saved();
    runTrial.mockImplementationOnce(trained).mockImplementationOnce(() => Promise.reject(new of.Stopped()));
    await expect(run(comparison)).rejects.toThrow(of.Stopped);
    expect(await store.results()).toHaveLength(1);
    runTrial.mockClear();
    said = [];
    await run(comparison);
    expect(heard("prepared")[0]!.results).toHaveLength(1);
    expect(runTrial).toHaveBeenCalledTimes(3);
    expect(heard("done")[0]!.results.trials).toHaveLength(4);
    await run(await saved({ ranks: [2, 4] }));
    expect((await store.results()).map(({ spec }) => spec.lora.rank).sort()).toEqual([2, 2, 4, 4]);
  });

  test("evaluated on the way has points in its kept runs, and a verdict on the best step", async () => {
    await run(await saved({ evaluateEvery: 0.25, trainExamples: 32 }));
    expect(runTrial.mock.calls.map(([spec]) => spec.evaluateEvery)).toEqual([0.25, 0.25, 0.25, 0.25]);
    const { planned } = heard("prepared")[0]!;
    expect(planned.notes.join("\n")).toMatch(/A training is evaluated 3 times on the way/);
    expect(planned.notes.join("\n")).not.toContain("--evaluate-every");
    const { results } = heard("done")[0]!;
    expect(results.decision.points).toMatchObject({ chosenBy: "examples", lastStep: 8 });
    for (const { points } of [...results.trials, ...(await store.results())])
      expect(points!.map(({ step }) => step)).toEqual([2, 4, 6]);
  });

  test("that was stopped before it begins prepares nothing", async () => {
    gate.stop(new of.Stopped());
    await expect(run(await saved())).rejects.toThrow(of.Stopped);
    expect(said).toEqual([]);
  });
});

test("pauses are no part of a run's seconds, in training or evaluation", async () => {
  const pause = (ms: number) => () => {
    gate.pause();
    now += ms;
    gate.resume();
  };
  runTrial.mockImplementationOnce((spec, inputs, onEvent, control) =>
    trained(spec, inputs, onEvent, control, { training: pause(3000), evaluating: pause(1000) }),
  );
  runTrial.mockImplementationOnce((spec, inputs, onEvent, control) =>
    trained(spec, inputs, onEvent, control, { training: pause(60_000), evaluating: () => {} }),
  );
  await run(await saved());
  const secondsOf = () => heard("finished").map(({ result }) => result.measured.seconds);
  const seconds = secondsOf();
  expect(seconds[0]).toEqual({ load: 1, train: 7, evaluate: 4, total: 12 });
  expect(seconds[1]).toEqual({ load: 1, train: 0, evaluate: 5, total: 0 });
  expect(seconds[2]).toEqual({ load: 1, train: 10, evaluate: 5, total: 16 });

  // An evaluation on the way is one, too: a pause in it is none of the training.
  said = [];
  runTrial.mockImplementationOnce((spec, inputs, onEvent, control) =>
    trained(spec, inputs, onEvent, control, { training: pause(3000), evaluating: pause(1000) }),
  );
  await run(await saved({ evaluateEvery: 0.5 }));
  expect(secondsOf()[0]).toEqual({ load: 1, train: 7, evaluate: 3, total: 11 });
});

describe("a comparison on the GPU", () => {
  test("times the first steps on both, and takes the faster one", async () => {
    const times = { wasm: 900, webgpu: 100 };
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    const device = () => openRuntime.mock.calls.at(-1)![0] as keyof typeof times;
    runTrial.mockImplementation((spec, inputs, onEvent, control) => {
      const by = device();
      return trained(
        spec,
        inputs,
        (event) => {
          clock += times[by];
          onEvent(event);
        },
        control,
      );
    });
    await run(await saved({ device: "webgpu", evaluateEvery: 0.25 }));
    expect(heard("prepared")[0]!.planned.device).toBe(
      "Runs on the GPU: 0.10 s a step on the GPU, 0.90 s on WebAssembly.",
    );
    expect(openRuntime.mock.calls.map(([one]) => one)).toEqual(["wasm", "wasm", "webgpu", "webgpu"]);
    expect(heard("preparing").map(({ text }) => text)).toContain(
      "Timing the first steps on WebAssembly and on the GPU",
    );
    // Two runs are timed and ended after five steps, then four are run.
    expect(runTrial).toHaveBeenCalledTimes(6);
    expect(runTrial.mock.calls.map(([spec]) => spec.evaluateEvery)).toEqual([
      ...[undefined, undefined, 0.25, 0.25, 0.25, 0.25],
    ]);
    expect(clock).toBe(5 * 900 + 5 * 100 + 4 * (8 + 3) * 100);
  });

  test("that has a run already stays on its device", async () => {
    runTrial.mockImplementation(async (...given) => {
      const { result, adapter } = (await trained(...given)) as {
        result: { measured: { provenance: object } };
        adapter: object;
      };
      Object.assign(result.measured.provenance, { device: "webgpu, of a card" });
      return { result, adapter };
    });
    const comparison = await saved({ device: "webgpu" });
    runTrial.mockClear();
    await run({ ...comparison, asked: { ...comparison.asked, device: "wasm" } });
    said = [];
    openRuntime.mockClear();
    await store.save(comparison);
    await run(comparison);
    expect(openRuntime.mock.calls.map(([one]) => one)).toEqual(["wasm", "webgpu"]);
    expect(heard("prepared")[0]!.planned.device).toBeUndefined();
  });
});
