import { modelShapeFromConfig } from "@lorank/core/models";
import type { TrialResult } from "@lorank/evidence/results";
import starterConfig from "@lorank/starter/model/config.json";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Saved } from "../../src/protocol.ts";
import { playgroundDefaults } from "../../src/settings.ts";
import type { Store } from "../../src/worker/store.ts";

const { starterLearningRate: learningRate, ...defaults } = playgroundDefaults;
const settings = { ...defaults, learningRate, device: "wasm" } as const;
const starter = { settings, hasFile: false, model: { kind: "starter" }, isThreaded: false } as const;
const saved: Saved = { asked: settings, state: "stopped" };

beforeEach(() => {
  vi.stubGlobal("crossOriginIsolated", false);
  vi.stubGlobal("navigator", { hardwareConcurrency: 4 });
});
afterEach(() => void vi.unstubAllGlobals());

const estimating = () => import("../../src/worker/time-estimate.ts");

/** A run's operations, training and evaluation together. */
const whole = ({ training, evaluation }: { training: number; evaluation: number }): number =>
  training + evaluation;

/** A store with these results, and a kept config. */
const storeOf = (results: readonly TrialResult[], config: unknown = starterConfig) =>
  ({
    results: async () => results,
    keptFile: async () => new File([JSON.stringify(config)], "config.json"),
  }) as unknown as Store;

/** A run that took 6 s to train, and 4 s for each evaluation. */
const run = (
  rank: number,
  evaluations = 1,
  change: { name?: string; device?: string; every?: number } = {},
) =>
  ({
    status: "completed",
    spec: {
      base: { name: change.name ?? "starter" },
      data: { trainExamples: settings.trainExamples, validationExamples: settings.validationExamples },
      optimizer: { epochs: settings.epochs, batchSize: settings.batchSize },
      ...(change.every === undefined ? {} : { evaluateEvery: change.every }),
      lora: { rank },
    },
    measured: {
      seconds: { evaluate: 4 * evaluations, total: 6 + 4 * evaluations },
      provenance: { device: change.device ?? "cpu" },
    },
  }) as unknown as TrialResult;

test("operations are those of the frozen weights forward and back, and of the adapter with its gradients", async () => {
  const { runFlops } = await estimating();
  const shape = modelShapeFromConfig(starterConfig, { head: { kind: "none" } });
  // 192 wide: q, k and v, o, and three of 512.
  const base = 4 * (192 * 192 + 2 * 192 * 96 + 192 * 192 + 3 * 192 * 512);
  const adapter = 4 * 2 * (2 * 384 + 2 * 288 + 3 * 704);
  const none = { batchSize: 8, trainExamples: 0, validationExamples: 0, epochs: 2, maxLength: 7 };
  const start = runFlops(shape, 2, none).training;
  const trained = runFlops(shape, 2, { ...none, trainExamples: 10 }).training - start;
  expect(trained).toBe(7 * 20 * (4 * base + 6 * adapter));
  const evaluated = { ...none, validationExamples: 5 };
  expect(runFlops(shape, 2, evaluated)).toEqual({
    ...{ training: start, evaluation: 7 * 5 * (2 * base + 2 * adapter) },
  });
  // 20 examples in 4 steps: on the way after steps 1, 2 and 3.
  const onTheWay = { ...evaluated, trainExamples: 10, evaluateEvery: 1 };
  expect(runFlops(shape, 2, onTheWay).evaluation).toBe(4 * 7 * 5 * (2 * base + 2 * adapter));
  const withHead = modelShapeFromConfig(starterConfig);
  const head = whole(runFlops(withHead, 2, evaluated)) - whole(runFlops(shape, 2, evaluated));
  expect(head).toBe(7 * 5 * 2 * 192 * 4096);
});

test("a guess goes with the processor's speed, the seeds and the threads, and says how wide it is", async () => {
  const { estimateTime } = await estimating();
  const guess = async (change: object, plainFlop = 1e-9) =>
    (await estimateTime({ ...starter, ...change }, {}, () => plainFlop))!;
  const first = await guess({});
  expect(first).toMatchObject({ isMeasured: false, isMost: false });
  expect(first.high / first.low).toBeCloseTo(4, 10);
  expect((await guess({}, 2e-9)).low / first.low).toBeCloseTo(2, 10);
  expect((await guess({ settings: { ...settings, seeds: 8 } })).low / first.low).toBeCloseTo(2, 10);
  const threaded = await guess({ isThreaded: true });
  expect(threaded.low / first.low).toBeCloseTo(1 / 2, 10);
  expect(threaded.high).toBe(first.high);
});

test("a file, long texts and a GPU make it a bound", async () => {
  const { estimateTime } = await estimating();
  for (const change of [
    { hasFile: true },
    { settings: { ...settings, maxLength: 256 } },
    { settings: { ...settings, device: "webgpu" as const } },
  ])
    expect(await estimateTime({ ...starter, ...change }, {}, () => 1e-9)).toMatchObject({ isMost: true });
});

test("after the first run it is what runs took here, and no speed is measured", async () => {
  const { estimateTime } = await estimating();
  const kept = { store: storeOf([run(2), run(8)]), saved };
  const measure = vi.fn(() => 1e-9);
  const estimate = (await estimateTime(starter, kept, measure))!;
  expect(estimate).toMatchObject({ isMeasured: true, isMost: false });
  // Two ranks, four seeds.
  expect(Math.sqrt(estimate.low * estimate.high)).toBeCloseTo(80, 6);
  expect(estimate.high / estimate.low).toBeLessThan(1.5);
  expect(measure).not.toHaveBeenCalled();
});

test("evaluations on the way are a part of the time, also of runs that are measured", async () => {
  const { estimateTime } = await estimating();
  const every = 0.25;
  const asked = { ...starter, settings: { ...settings, evaluateEvery: every } };
  const middleOf = async (question: typeof starter, runs: readonly TrialResult[]) => {
    const { low, high } = (await estimateTime(question, { store: storeOf(runs), saved }, () => 1e-9))!;
    return Math.sqrt(low * high);
  };
  const [plain, points] = [
    [run(2), run(8)],
    [run(2, 4, { every }), run(8, 4, { every })],
  ];
  expect((await middleOf(asked, [])) / (await middleOf(starter, []))).toBeGreaterThan(1.2);
  // Two ranks and four seeds: 10 s a run, and 22 s with three evaluations on the way.
  expect(await middleOf(starter, points)).toBeCloseTo(80, 6);
  expect(await middleOf(asked, plain)).toBeCloseTo(176, 6);
  expect(await middleOf(asked, points)).toBeCloseTo(176, 6);
});

test("runs of another model or device measure nothing", async () => {
  const { estimateTime } = await estimating();
  for (const other of [run(2, 1, { name: "another" }), run(2, 1, { device: "webgpu" })])
    expect(await estimateTime(starter, { store: storeOf([other]), saved }, () => 1e-9)).toMatchObject({
      isMeasured: false,
    });
});

test("the shape is that of the chosen folder or of the kept model, and unknown of the hub", async () => {
  const { estimateTime, runFlops } = await estimating();
  const wide = { ...starterConfig, num_hidden_layers: 8 };
  const file = new File([JSON.stringify(wide)], "config.json");
  const folder = { kind: "folder", name: "wide", files: [{ name: file.name, file }] } as const;
  const kept = { kind: "kept", name: "wide" } as const;
  const saidBy = async (model: object) =>
    estimateTime(
      { ...starter, ...{ model } } as never,
      {
        store: storeOf([], wide),
        saved: { ...saved, modelName: "wide", modelFiles: { folder: "model-1", files: [] } },
      },
      () => 1e-9,
    );
  const first = (await saidBy({ kind: "starter" }))!;
  const [flops, wideFlops] = [starterConfig, wide].map((config) => {
    const shape = modelShapeFromConfig(config, { head: { kind: "none" } });
    return settings.ranks.reduce((sum, rank) => sum + whole(runFlops(shape, rank, settings)), 0);
  });
  expect((await saidBy(folder))!.low / first.low).toBeCloseTo(wideFlops! / flops!, 10);
  expect((await saidBy(kept))!.low / first.low).toBeCloseTo(wideFlops! / flops!, 10);
  expect(await saidBy({ kind: "hub", id: "org/name" })).toBeUndefined();
});
