import { readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { floats, type Runtime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { evaluateAdapters, inFolder, runTrial, trialInputs } from "../../src/node/trials.ts";
import { pointSteps } from "../../src/prepare/point-steps.ts";
import type { TrialEvent } from "../../src/trial/learner.ts";
import { TrainingPoints } from "../../src/trial/points.ts";
import { runTrial as runWithInputs, type TrialOutcome } from "../../src/trial/run-trial.ts";
import { fastClock, fiveSteps } from "../helpers/five-steps.ts";
import { tinyTrial } from "../helpers/tiny.ts";

// Six steps; evaluated on the way after the second and the fourth.
const { spec: plain, resources } = tinyTrial({ dropout: 0.2 });
const spec = { ...plain, evaluateEvery: 2 };

const killed = new Error("killed");

/** Inputs whose runtime throws its fault once, or puts it into the losses that it computes next. */
async function faultyInputs() {
  const cpu = await onnxRuntime({ threads: 1 });
  const runtime: Runtime & { fault?: Error | number | undefined } = {
    ...cpu,
    compile: async (...program) => {
      const executable = await cpu.compile(...program);
      const run: typeof executable.run = async (...feeds) => {
        const outputs = await executable.run(...feeds);
        const { fault } = runtime;
        if (fault instanceof Error) throw fault;
        if (fault === undefined || outputs.losses === undefined) return outputs;
        floats(outputs.losses)[0] = fault;
        runtime.fault = undefined;
        return outputs;
      };
      return { ...executable, run };
    },
  };
  return { runtime, inputs: { ...trialInputs(resources), runtime: () => runtime } };
}

function runWith(
  of: typeof spec,
  inputs: Parameters<typeof runWithInputs>[1],
  onEvent: (event: TrialEvent) => void,
  folder?: string,
): Promise<TrialOutcome> {
  const checkpoints = folder && inFolder({ folder, every: { steps: 1 }, now: fastClock() });
  return runWithInputs(of, inputs, onEvent, { ...(checkpoints && { checkpoints }), keepsBest: true });
}

/** All of an outcome but its measurements and its spec. */
function told({ result, adapter, best }: TrialOutcome) {
  const { spec: _, measured: __, points, ...rest } = result;
  return { trained: { rest, adapter }, points, best };
}

describe("pointSteps", () => {
  test("counts steps, or shares of them, and leaves out the last step", () => {
    expect(pointSteps(2, 6)).toEqual([2, 4]);
    expect(pointSteps(0.25, 10)).toEqual([3, 5, 8]);
    expect(pointSteps(6, 6)).toEqual([]);
    expect(pointSteps(0.01, 4)).toEqual([1, 2, 3]);
  });
});

describe("a trial with evaluations on the way", async () => {
  const events: TrialEvent[] = [];
  const whole = await runTrial(spec, resources, (event) => events.push(event), { keepsBest: true });

  test("trains to the bytes of one without them", async () => {
    const without = await runTrial(plain, resources);
    expect(told(without).points).toBeUndefined();
    expect(told(without).trained).toEqual(told(whole).trained);
  });

  test("has what its adapter of that step evaluates to, and tells it", async () => {
    const { points = [] } = whole.result;
    const { step, adapter } = whole.best!;
    expect(points.map((point) => point.step)).toEqual([2, 4]);
    const [evaluated] = await evaluateAdapters(plain, [adapter], resources);
    expect(evaluated).toEqual(points.find((point) => point.step === step)!.evaluation);
    const { accuracy, logLoss } = points[0]!.evaluation;
    const [first] = events.filter(({ kind }) => kind === "point");
    expect(first).toEqual({ kind: "point", step: 2, steps: 6, accuracy, logLoss });
    expect(events.map(({ kind }) => kind).slice(0, 4)).toEqual(["step", "step", "point", "step"]);
  });

  test("goes on to the same bytes after a kill after any step, and after any evaluation", async () => {
    const folder = temporaryFolder();
    const now = fastClock();
    const kills: string[] = [];
    const resume = (): Promise<TrialOutcome> => {
      const stop = new AbortController();
      const onEvent = (event: TrialEvent): void => {
        if (event.kind !== "step" && event.kind !== "point") return;
        kills.push(`${event.kind} ${event.step}`);
        stop.abort(killed);
      };
      const checkpoints = { folder, every: { seconds: 1e6 }, now };
      const control = { checkpoints, signal: stop.signal, keepsBest: true };
      return runTrial(spec, resources, onEvent, control);
    };
    for (let run = 0; run < 8; run++) await expect(resume()).rejects.toBe(killed);
    const steps = ["step 1", "step 2", "point 2", "step 3", "step 4", "point 4", "step 5", "step 6"];
    expect(kills).toEqual(steps);
    expect(told(await resume())).toEqual(told(whole));
  });

  test("evaluates again what a kill in the middle of an evaluation lost", async () => {
    const folder = temporaryFolder();
    const control = { checkpoints: { folder, every: { steps: 1 }, now: fastClock() }, keepsBest: true };
    const { runtime, inputs } = await faultyInputs();
    const failAfter = (event: TrialEvent): void => {
      if (event.kind === "step" && event.step === 4) runtime.fault = killed;
    };
    await expect(runWith(spec, inputs, failAfter, folder)).rejects.toBe(killed);
    const again: string[] = [];
    const outcome = await runTrial(spec, resources, (event) => again.push(event.kind), control);
    expect(again.filter((kind) => kind !== "checkpoint").slice(0, 2)).toEqual(["resumed", "point"]);
    expect(told(outcome)).toEqual(told(whole));
  });

  test("does without a damaged checkpoint, and takes one that lacks no evaluation", async () => {
    const folder = temporaryFolder();
    const control = { checkpoints: { folder, every: { steps: 1 }, now: fastClock() }, keepsBest: true };
    const { runtime, inputs } = await faultyInputs();
    const failAfter = (event: TrialEvent): void => {
      if (event.kind === "step" && event.step === 5) runtime.fault = killed;
    };
    await expect(runWith(spec, inputs, failAfter, folder)).rejects.toBe(killed);
    const names = readdirSync(folder).sort();
    expect(names.map((name) => Number(/\d+/.exec(name)![0]))).toEqual([4, 5]);
    truncateSync(join(folder, names[1]!), 900);
    const notes: TrialEvent[] = [];
    const outcome = await runTrial(spec, resources, (event) => notes.push(event), control);
    expect(notes[0]).toMatchObject({ kind: "note", text: expect.stringContaining("goes on from step 4") });
    expect(told(outcome)).toEqual(told(whole));
  });
});

describe("a training that diverges", () => {
  test.each([
    ["in a step after an evaluation", "point", { divergedAtStep: 3, steps: 2 }, [2]],
    ["in an evaluation on the way", "step", { divergedAtStep: 2, steps: 2 }, undefined],
  ] as const)("%s keeps the evaluations before", async (_, kind, ended, steps) => {
    const { runtime, inputs } = await faultyInputs();
    const spoilNext = (event: TrialEvent): void => {
      if (event.kind === kind && event.step === 2) runtime.fault = Number.NaN;
    };
    const { result } = await runWith(spec, inputs, spoilNext);
    expect(result).toMatchObject({ status: "diverged", ...ended });
    expect(result.points?.map(({ step }) => step)).toEqual(steps);
  });
});

describe("a checkpoint's evaluations on the way", () => {
  const evaluation = { accuracy: 1, logLoss: 0, correct: [1], logLosses: [0] };
  const points = new TrainingPoints({ steps: [2, 4], evaluate: () => Promise.resolve(evaluation) });
  /** State of a checkpoint with points at these steps. */
  const at = (...steps: number[]) => {
    const json = JSON.stringify(steps.map((step) => ({ step, evaluation })));
    const arrays = steps.length === 0 ? [] : [["points", new TextEncoder().encode(json)] as const];
    return { members: {}, arrays: new Map(arrays) };
  };

  test("are timed", async () => {
    const learner = fiveSteps().learner();
    vi.spyOn(performance, "now").mockReturnValueOnce(1000).mockReturnValueOnce(3500);
    expect(await points.after(1, learner)).toBeUndefined();
    expect(await points.after(2, learner)).toEqual({ step: 2, evaluation });
    expect(points.saved().members).toEqual({ pointSeconds: 2.5 });
    vi.restoreAllMocks();
  });

  test.each([
    [1, at()],
    [2, at()], // the evaluation after its own step may be due
    [2, at(2)],
    [5, at(2, 4)],
  ])("are whole at step %i", (step, found) => {
    expect(points.take(found, step, fiveSteps().learner())).toBeUndefined();
    expect(points.saved().arrays).toEqual(found.arrays);
  });

  test.each([
    [3, at()],
    [4, at(4)],
    [5, at(2)],
    [1, at(2)],
  ])("are not whole at step %i, and it is not used", (step, found) => {
    const before = points.saved();
    expect(points.take(found, step, fiveSteps().learner())).toBe("it lacks evaluations on the way");
    expect(points.saved()).toEqual(before);
  });

  test("are of another version if the file has arrays that they do not know", () => {
    const arrays = new Map([["worst.head", new Float32Array(1)]]);
    const reason = points.take({ members: {}, arrays }, 1, fiveSteps().learner());
    expect(reason).toBe("it was made by a version that trains in another way");
  });
});
