// The command line and the packages train alike where neither is told how.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelFolder } from "@lorank/starter";
import { preparePlan } from "@lorank/sweep/engine";
import { nodeInputs } from "@lorank/train";
import { prepareTraining } from "@lorank/train/browser";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { prepareTrials } from "../src/sweep/trials.ts";
import { ticketsCsv } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
const data = join(folder, "tickets.csv");
writeFileSync(data, ticketsCsv(30));
const tiny = writeTinyModel(join(folder, "tiny"));

test.each([
  ["the starter", "starter", modelFolder, 0.003],
  ["the starter by its folder", modelFolder, modelFolder, 0.003],
  ["another model", tiny, tiny, 0.0005],
])("%s", async (_, named, model, learningRate) => {
  const settings = { data, labelColumn: "queue", ranks: [2, 4] };
  const cli = await prepareTrials(
    { model: named, data, "label-column": "queue", ranks: [2, 4] },
    { quiet: true },
  );
  const sweep = await preparePlan({ ...settings, model });
  const train = await prepareTraining({ ...settings, model }, [2], nodeInputs());
  expect(cli.plan.config.optimizer.learningRate).toBe(learningRate);
  const { optimizer, lora } = cli.plan.config;
  expect(sweep.plan.config).toMatchObject({ optimizer, lora });
  expect(train.config).toMatchObject({ optimizer, lora });
});

test("a search begins with the model's own default too", async () => {
  const settings = { data, labelColumn: "queue", ranks: [2, 4], learningRate: "auto" } as const;
  const rate = async (model: string) =>
    (await preparePlan({ ...settings, model })).plan.config.optimizer.learningRate;
  expect([await rate(modelFolder), await rate(tiny)]).toEqual([0.003, 0.0005]);
});

test("the random control of the starter has the starter's default, and a rate that is asked for stands", async () => {
  const settings = { data, labelColumn: "queue", model: modelFolder };
  const rate = async (changes: object) =>
    (await prepareTraining({ ...settings, ...changes }, [2], nodeInputs())).config.optimizer.learningRate;
  expect(await rate({ weights: "random" })).toBe(0.003);
  expect(await rate({ learningRate: 0.01 })).toBe(0.01);
});
