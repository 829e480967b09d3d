import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { stripMeasured } from "@lorank/evidence/parse";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { evaluateAdapters, runTrial } from "../../src/node/trials.ts";
import { trialId } from "../../src/spec.ts";
import { type StoppingSettings, trainLora, trainPrepared } from "../../src/train-lora.ts";
import type { TrialEvent } from "../../src/trial/learner.ts";
import { fastClock } from "../helpers/checkpoints.ts";
import { asLanguage, tinyConfig, tinyDataset, tinyTexts, tinyTrial } from "../helpers/tiny.ts";

// Random tokens after few texts of them, at a high rate: a training soon learns its texts by heart, and nothing else.
const { spec, resources } = tinyTrial(
  { rank: 8, alpha: 16 },
  { learningRate: 0.03, epochs: 20, batchSize: 8, microBatchSize: 8 },
  tinyConfig,
  asLanguage(tinyDataset(16, 40)),
);
const every = { ...spec, evaluateEvery: 0.1 };
const data = { modelPath: resources.modelPath, dataset: readFileSync(resources.datasetFile) };

const killed = new Error("killed");

const train = (
  run: Parameters<typeof trainPrepared>[2] & StoppingSettings = {},
  groups?: readonly number[],
) => trainPrepared(every, { ...data, validationGroups: groups }, run);

describe("a training that overfits", async () => {
  const out = join(temporaryFolder(), "adapter");
  const whole = await train({ out });
  const { choice } = whole;

  test("keeps the best step, which beats the last on the half that did not choose it", () => {
    expect(choice).toMatchObject({ metric: "log-loss", plannedSteps: 40, scoredExamples: 20 });
    expect(choice!.chosen.step).toBeLessThan(choice!.last!.step);
    expect(choice!.last!.step).toBe(40);
    expect(choice!.gain!).toBeCloseTo(choice!.last!.score - choice!.chosen.score, 12);
    expect(choice!.gain!).toBeGreaterThan(0.05); // nats
    expect(choice!.gainInterval![0]).toBeGreaterThan(0);
  });

  test("writes the adapter of that step, and says which it is beside all evaluations", async () => {
    const trial = JSON.parse(readFileSync(join(out, "trial.json"), "utf8"));
    expect(trial).toEqual({ ...whole.result, choice });
    expect(trial.points).toHaveLength(9);
    const [evaluated] = await evaluateAdapters(spec, [readPeftAdapter(out)], resources);
    const chosen = whole.result.points!.find(({ step }) => step === choice!.chosen.step)!;
    expect(evaluated).toEqual(chosen.evaluation);
  });

  test("ends after so many evaluations without a better one, as another trial with the same adapter", async () => {
    const stopped = await train({ patience: 2 });
    const { chosen, last = chosen } = stopped.choice!;
    expect(last.step).toBe(chosen.step + 8); // two evaluations, four steps each
    expect(stopped.result).toMatchObject({ status: "completed", steps: last.step });
    expect(stopped.result.points!.at(-1)!.step).toBe(last.step - 4);
    expect(stopped.result.evaluation).toEqual(
      whole.result.points!.find(({ step }) => step === last.step)!.evaluation,
    );
    expect(stopped.adapter).toEqual(whole.adapter);
    expect(stopped.result.spec.earlyStopping).toEqual({ patience: 2 });
    expect(stopped.result.trialId).not.toBe(trialId(every));
    expect(stopped.result.trialId).toBe(trialId(stopped.result.spec));
  });

  test("ends there too after a kill before its last evaluation, and one after it", async () => {
    const stopped = await train({ patience: 2 });
    const { steps, spec: own } = stopped.result;
    const checkpoints = { folder: temporaryFolder(), every: { seconds: 1e6 }, now: fastClock() };
    for (const kind of ["step", "point"]) {
      const stop = new AbortController();
      const onEvent = (event: TrialEvent): void => {
        const isOne = event.kind === "step" || event.kind === "point";
        if (isOne && event.kind === kind && event.step === steps) stop.abort(killed);
      };
      const control = { checkpoints, signal: stop.signal };
      await expect(runTrial(own, resources, onEvent, control)).rejects.toBe(killed);
    }
    const kinds: string[] = [];
    const resumed = await runTrial(own, resources, ({ kind }) => kinds.push(kind), { checkpoints });
    expect(kinds).toEqual(["resumed"]);
    expect(stripMeasured({ ...resumed.result, trialId: trialId(own) })).toEqual(
      stripMeasured(stopped.result),
    );
    expect(resumed.best).toEqual({ step: stopped.choice!.chosen.step, adapter: stopped.adapter });
  });

  test("keeps groups whole, names them in its spec, and refuses a single one", async () => {
    const pairs = Array.from({ length: 40 }, (_, i) => i >> 1);
    const { result } = await train({ patience: 2 }, pairs);
    expect(result.spec.earlyStopping!.groupsSha256).toMatch(/^[0-9a-f]{64}$/);
    await expect(train({}, new Array<number>(40).fill(0))).rejects.toMatchObject({
      code: "E_CONFIG",
      message:
        "the validation examples must be in two groups or more, for one half to choose a step and one to score it, got 1",
    });
  });
});

test("a training that diverges writes the adapter of its best step on the way, and one without such nothing", async () => {
  const out = join(temporaryFolder(), "adapter");
  const { optimizer } = spec;
  const diverging = { ...every, optimizer: { ...optimizer, learningRate: 1e30 } };
  const { result, choice, adapter } = await trainPrepared({ ...diverging, evaluateEvery: 1 }, data, { out });
  expect(result.status).toBe("diverged");
  expect(choice).toBeDefined();
  expect(choice!.chosen.step).toBeLessThan(result.divergedAtStep!);
  for (const name of ["last", "gain", "gainInterval"]) expect(choice).not.toHaveProperty(name);
  expect(JSON.parse(readFileSync(join(out, "trial.json"), "utf8"))).toEqual({ ...result, choice });
  expect(readPeftAdapter(out).layers).toEqual(adapter.layers);
  const [evaluated] = await evaluateAdapters(spec, [readPeftAdapter(out)], resources);
  expect(evaluated).toEqual(result.points!.find(({ step }) => step === choice!.chosen.step)!.evaluation);

  const nothing = join(temporaryFolder(), "adapter");
  const late = await trainPrepared({ ...diverging, evaluateEvery: 39 }, data, { out: nothing });
  expect(late.result.status).toBe("diverged");
  expect(late.choice).toBeUndefined();
  expect(existsSync(nothing)).toBe(false);
});

describe("trainLora", () => {
  const { model, data: texts } = tinyTexts();
  const request = { model, data: texts, rank: 2, epochs: 2 };

  test.each([
    [
      { evaluateEvery: 0 },
      "evaluateEvery must be a positive integer of steps, or a share of all steps above 0 and below 1, got 0",
    ],
    [
      { evaluateEvery: 2.5 },
      "evaluateEvery must be a positive integer of steps, or a share of all steps above 0 and below 1, got 2.5",
    ],
    [{ patience: 2 }, "patience must be absent without evaluateEvery, got 2"],
    [{ evaluateEvery: 2, patience: 0 }, "patience must be a positive integer, got 0"],
  ])("refuses %o", async (wrong, message) => {
    await expect(trainLora({ ...request, ...wrong })).rejects.toMatchObject({ code: "E_CONFIG", message });
  });

  test("chooses a classifier's step by accuracy", async () => {
    const { choice, result } = await trainLora({ ...request, evaluateEvery: 2, patience: 1 });
    expect(choice!.metric).toBe("accuracy");
    expect(result.spec).toMatchObject({ evaluateEvery: 2, earlyStopping: { patience: 1 } });
  });
});
