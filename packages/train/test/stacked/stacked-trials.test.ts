import { modelAt } from "@lorank/checkpoint/files";
import type { BaseQuantization, EngineSpec } from "@lorank/core/results";
import { floats } from "@lorank/graph";
import { describe, expect, test } from "vitest";
import { fromPeftAdapter } from "../../src/adapter/peft.ts";
import { loadBase } from "../../src/base/base.ts";
import { headOf } from "../../src/base/trial-model.ts";
import { runStackedTrials, runTrial } from "../../src/node/trials.ts";
import type { TrialOutcome } from "../../src/trial/run-trial.ts";
import type { TrialEvent } from "../../src/trial/trial-event.ts";
import { largest, largestDifference } from "../helpers/parity.ts";
import { asLanguage, tinyBertConfig, tinyConfig, tinyTrial, unevenDataset } from "../helpers/tiny.ts";

type Tiny = ReturnType<typeof tinyTrial>;

/** Ranks 2, 4 and 8 at two seeds each; alpha is fixed, so the factors on B·A differ. */
function grid({ spec }: Tiny, ranks: readonly number[] = [2, 4, 8]): EngineSpec[] {
  return ranks.flatMap((rank) => [0, 1].map((seed) => ({ ...spec, seed, lora: { ...spec.lora, rank } })));
}

/** Runs trials stacked and one after the other, and holds one against the other. */
async function expectEqual(
  trials: readonly EngineSpec[],
  { resources, folder }: Tiny,
): Promise<TrialOutcome[]> {
  const stacked = await runStackedTrials(trials, resources);
  expect(stacked).toHaveLength(trials.length);
  for (const [i, spec] of trials.entries()) {
    const alone = await runTrial(spec, resources);
    const { measured, lossCurve, evaluation, ...rest } = stacked[i]!.result;
    const { measured: _, lossCurve: ownCurve, evaluation: ownEvaluation, ...ownRest } = alone.result;
    expect(rest).toEqual(ownRest);
    expect(measured.packedTrials).toBe(trials.length > 1 ? trials.length : undefined);
    expect(lossCurve.map(({ step, learningRate }) => [step, learningRate])).toEqual(
      ownCurve.map(({ step, learningRate }) => [step, learningRate]),
    );
    const losses = lossCurve.map(({ loss }, at) => Math.abs(loss - ownCurve[at]!.loss));
    expect(Math.max(0, ...losses)).toBeLessThan(1e-5);
    expect(evaluation?.correct).toEqual(ownEvaluation?.correct);
    const logLosses = (evaluation?.logLosses ?? []).map((x, at) =>
      Math.abs(x - ownEvaluation!.logLosses[at]!),
    );
    expect(Math.max(0, ...logLosses)).toBeLessThan(1e-5);
    expectSameTensors(stacked[i]!, alone, folder);
  }
  return stacked;
}

function expectSameTensors(stacked: TrialOutcome, alone: TrialOutcome, folder: string): void {
  const { base, task } = alone.result.spec;
  const { head } = loadBase(base, modelAt(folder), headOf(task));
  const wanted = fromPeftAdapter(head, alone.adapter).parameters;
  const found = fromPeftAdapter(head, stacked.adapter).parameters;
  expect([...found.keys()]).toEqual([...wanted.keys()]);
  for (const [name, tensor] of wanted) {
    const scale = Math.max(1e-3, largest(floats(tensor)));
    expect(largestDifference(floats(found.get(name)!), floats(tensor)) / scale, name).toBeLessThan(1e-4);
  }
}

const bertTargets = ["query", "key", "value", "dense"]; // the pooler too
const families = [
  ["llama", tinyConfig, ["q_proj", "v_proj", "down_proj"]],
  ["bert", tinyBertConfig, bertTargets],
] as const;

describe.each(families)("a stack of %s", (_, config, targetModules) => {
  const lora = { targetModules: [...targetModules] };

  test("gives what its trials give alone: ranks 2, 4, 8 at two seeds", async () => {
    const tiny = tinyTrial(lora, {}, config, unevenDataset());
    await expectEqual(grid(tiny), tiny);
  });

  test("with dropout, LoRA+, and steps that clip", async () => {
    const tiny = tinyTrial(
      { ...lora, dropout: 0.2, scalingRule: "rslora" },
      { loraPlusRatio: 8, maxGradientNorm: 0.05 },
      config,
      unevenDataset(),
    );
    await expectEqual(grid(tiny), tiny);
  });

  test("on a base in 4 bits", async () => {
    const tiny = tinyTrial(lora, {}, config, unevenDataset());
    const quantization: BaseQuantization = { format: "nf4", blockSize: 64, doubleQuant: true };
    const spec = { ...tiny.spec, base: { ...tiny.spec.base, quantization } };
    await expectEqual(grid({ ...tiny, spec }, [2, 4]), tiny);
  });

  test("with one trial that diverges, which the others do not notice", async () => {
    const tiny = tinyTrial({ ...lora, dropout: 0.1 }, {}, config, unevenDataset());
    const [first, second, third] = grid(tiny) as [EngineSpec, EngineSpec, EngineSpec];
    const wild = { ...second.optimizer, learningRate: 1e38, warmupRatio: 0, maxGradientNorm: 0 };
    const stacked = await expectEqual([first, { ...second, optimizer: wild }, third], tiny);
    expect(stacked.map(({ result }) => result.status)).toEqual(["completed", "diverged", "completed"]);
    expect(stacked[1]!.result.divergedAtStep).toBeLessThan(6);
  });
});

describe("a stack", () => {
  test("of a language model weighs each trial's targets by its own count", async () => {
    const tiny = tinyTrial({ dropout: 0.1 }, {}, tinyConfig, asLanguage(unevenDataset()));
    await expectEqual(grid(tiny), tiny);
  });

  test("may hold a rank of 0 beside others, and other learning rates", async () => {
    const tiny = tinyTrial();
    const [headAlone, , adapted] = grid(tiny, [0, 4]) as [EngineSpec, EngineSpec, EngineSpec];
    const slower = { ...adapted.optimizer, learningRate: 1e-3, schedule: "cosine" } as const;
    await expectEqual([headAlone, { ...adapted, optimizer: slower }], tiny);
    await expectEqual([headAlone], tiny);
  });

  test("ends with the step in which its last trial diverges", async () => {
    const tiny = tinyTrial({}, { learningRate: 1e38, warmupRatio: 0, maxGradientNorm: 0 });
    const stacked = await expectEqual(grid(tiny, [2]), tiny);
    expect(stacked.every(({ result }) => result.evaluation === undefined)).toBe(true);
  });

  test("reports each trial's steps and its evaluation", async () => {
    const tiny = tinyTrial();
    const events: [number, TrialEvent][] = [];
    await runStackedTrials(grid(tiny, [2]), tiny.resources, (trial, event) => events.push([trial, event]));
    for (const trial of [0, 1]) {
      const own = events.filter(([of]) => of === trial).map(([, event]) => event);
      expect(own.filter(({ kind }) => kind === "step")).toHaveLength(6);
      expect(own.at(-1)).toEqual({ kind: "evaluating", done: 12, total: 12 });
    }
  });
});

describe("bad stacks", () => {
  test("name every field in which the trials differ", async () => {
    const { spec, resources } = tinyTrial();
    const other: EngineSpec = {
      ...spec,
      lora: { ...spec.lora, dropout: 0.5, dora: true },
      optimizer: { ...spec.optimizer, batchSize: 4 },
    };
    await expect(runStackedTrials([spec, other], resources)).rejects.toMatchObject({
      code: "E_PACK",
      message: [
        "lora.dropout must be the same in all trials of a stack, got 0 and 0.5",
        "optimizer.batchSize must be the same in all trials of a stack, got 8 and 4",
        "lora.dora must be absent in a stack, where magnitudes are not stacked, got true",
      ].join("\n"),
    });
    await expect(runStackedTrials([], resources)).rejects.toMatchObject({
      code: "E_PACK",
      message: "a stack must have at least one trial, got none",
    });
  });

  test("are those of texts so long that the model counts positions in another way", async () => {
    const config = {
      ...tinyConfig,
      model_type: "phi3",
      tie_word_embeddings: false,
      max_position_embeddings: 64,
      original_max_position_embeddings: 8,
      rope_scaling: { type: "longrope", short_factor: [1, 1], long_factor: [2, 3] },
    };
    const targetModules = ["qkv_proj"];
    const tiny = tinyTrial({ targetModules }, {}, config as unknown as typeof tinyConfig);
    await expect(runStackedTrials(grid(tiny, [2]), tiny.resources)).rejects.toMatchObject({
      code: "E_PACK",
      message:
        "base must count positions alike in texts of all lengths, got a phi3 with one count for short ones and another for 20 tokens",
    });
  });
});
