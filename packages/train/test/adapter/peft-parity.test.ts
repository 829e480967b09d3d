import { cpSync, existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Recompute, type Runtime, referenceRuntime } from "@lorank/graph";
import { deviceRuntime, findTensorflow, onnxRuntime } from "@lorank/graph/devices";
import { afterAll, describe, expect, test } from "vitest";
import { isNightly } from "../../../../scripts/nightly.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { trainableModelTypes } from "../../../core/src/model/computation/computation.ts";
import { createAdamW } from "../../src/optimizer/adamw.ts";
import { optimizerStep } from "../../src/optimizer/optimizer-step.ts";
import { IGNORE_INDEX } from "../../src/transformer/batch.ts";
import {
  batchOf,
  largest,
  largestDifference,
  loadCase,
  logitDifference,
  type ParityCase,
  peftKey,
  type Side,
  tensorName,
} from "../helpers/parity.ts";

// Written by transformers 5.24 and PEFT 0.21.2: scripts/reference/llama_fixture.py and family_fixture.py.
const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));
const families = readdirSync(join(fixtures, "families"));
const cases: readonly (readonly [name: string, folder: string, sides: readonly Side[]])[] = [
  ...readdirSync(join(fixtures, "llama-tiny")).map(
    (name) => [`llama-tiny ${name}`, join(fixtures, "llama-tiny", name), ["right"]] as const,
  ),
  ...families.map((name) => [name, join(fixtures, "families", name), ["right", "left"]] as const),
];

const tensorflow = findTensorflow();

/** By day both ways to recompute are tried on the interpreter, and each of them on ONNX Runtime; at night all on all. */
const runtimes: readonly (readonly [
  title: string,
  missing: boolean,
  make: () => Promise<Runtime>,
  byDay: readonly Recompute[],
])[] = [
  ["onnx, 1 thread", false, () => onnxRuntime({ threads: 1 }), ["cheap"]],
  ["onnx, 2 threads", false, () => onnxRuntime({ threads: 2 }), ["everything"]],
  ["reference", false, async () => referenceRuntime(), ["cheap", "everything"]],
  [
    tensorflow.found ? "tensorflow" : `tensorflow (skipped: ${tensorflow.reason})`,
    !tensorflow.found,
    () => deviceRuntime({ device: "tensorflow-cpu" }),
    ["cheap"],
  ],
];

test("every supported model type has a fixture", () => {
  const covered = (type: string): boolean =>
    families.some((name) => name.split("-")[0] === type.replace(/_text$/, "") || name.startsWith(type));
  expect(trainableModelTypes.filter((type) => !covered(type))).toEqual([]);
});

// Files on the hub are of transformers 4: rope_theta and rope_scaling at the top, no layer_types, and so on.
describe("configs in the form in which models are published", () => {
  const published = families.filter((name) =>
    existsSync(join(fixtures, "families", name, "config.published.json")),
  );
  test("are among the fixtures", () => expect(published.length).toBeGreaterThan(5));

  test.each(published)("%s has the same logits", async (name) => {
    const folder = join(fixtures, "families", name);
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    renameSync(join(copy, "config.published.json"), join(copy, "config.json"));
    const loaded = loadCase(copy, await onnxRuntime());
    const batch = batchOf(loaded, "right");
    const { logits } = await loaded.model.evaluate(batch);
    expect(logitDifference(loaded, batch, logits!, loaded.expected.readFloat32("logits"))).toBeLessThan(1e-4);
    await loaded.model.dispose();
  });
});

describe.each(cases)("%s", (_, folder, sides) => {
  describe.each(runtimes)("on %s", (_, missing, make, byDay) => {
    const modes: readonly Recompute[] = isNightly ? ["cheap", "everything"] : byDay;
    // No test changes a model, and to build its graphs takes most of a test's time.
    const models = new Map<Recompute, Promise<ParityCase>>();
    const modelOf = (recompute: Recompute): Promise<ParityCase> => {
      const made = models.get(recompute) ?? make().then((runtime) => loadCase(folder, runtime, recompute));
      models.set(recompute, made);
      return made;
    };
    afterAll(async () => {
      for (const made of models.values()) await (await made).model.dispose();
    });

    test.skipIf(missing).each(sides)(
      "gives the logits of transformers + PEFT at every real token, padded on the %s",
      async (side) => {
        const loaded = await modelOf(modes[0]!);
        const batch = batchOf(loaded, side);
        const { logits } = await loaded.model.evaluate(batch);
        const wanted = loaded.expected.readFloat32(tensorName(side, "logits"));
        expect(logitDifference(loaded, batch, logits!, wanted)).toBeLessThan(1e-4);
      },
    );

    test.skipIf(missing).each(sides.flatMap((side) => modes.map((recompute) => [side, recompute] as const)))(
      "gives their loss and gradients, padded on the %s, recompute %s",
      async (side, recompute) => {
        const loaded = await modelOf(recompute);
        const { model, expected, trained, json } = loaded;
        const batch = batchOf(loaded, side);
        const targets = batch.targets.filter((target) => target !== IGNORE_INDEX).length;
        const gradients = new Map<string, Float32Array>();
        const { losses } = await model.trainStep(batch, 1 / targets, gradients);
        const loss = losses.reduce((sum, each) => sum + each, 0) / targets;
        expect(loss).toBeCloseTo(side === "left" ? json.leftLoss! : json.loss, 5);
        expect([...gradients.keys()].sort()).toEqual([...trained.keys()].sort());
        for (const parameter of trained.keys()) {
          const wanted = expected.readFloat32(tensorName(side, `gradient.${peftKey(parameter)}`));
          const difference = largestDifference(gradients.get(parameter)!, wanted);
          expect(difference / largest(wanted), parameter).toBeLessThan(1e-4);
        }
      },
    );
  });

  test("gives their tensors after three AdamW steps", async () => {
    const loaded = loadCase(folder, await onnxRuntime());
    const { model, trained, expected } = loaded;
    const optimizer = createAdamW(trained, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 });
    const gradients = new Map<string, Float32Array>();
    for (let step = 0; step < 3; step++) {
      await optimizerStep(model, optimizer, gradients, {
        microBatches: [batchOf(loaded, "right")],
        learningRate: 1e-3,
        maxGradientNorm: 0,
      });
    }
    for (const [key, parameter] of trained) {
      const wanted = expected.readFloat32(`after.${peftKey(key)}`);
      expect(largestDifference(parameter, wanted), key).toBeLessThan(1e-4);
    }
    await model.dispose();
  });
});
