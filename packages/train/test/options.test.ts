// Settings as a caller in JavaScript writes them.
import { expect, test } from "vitest";
import { prepareTraining } from "../src/browser.ts";
import { trainLora } from "../src/index.ts";

const inputs = { findModel: () => {}, readData: () => {} };

test.each<[name: string, called: unknown, args: readonly unknown[], message: string]>([
  ["trainLora", trainLora, [], "the settings of trainLora must be an object, got undefined"],
  [
    "trainLora",
    trainLora,
    [{ model: "m", rank: 4 }],
    "data must be in the settings of trainLora, got nothing",
  ],
  [
    "trainLora",
    trainLora,
    [{ model: "m", data: [], ranks: 4 }],
    "ranks must be one of the settings of trainLora, got an unknown one. Did you mean rank?",
  ],
  [
    "trainLora",
    trainLora,
    [{ model: "m", data: [], rank: 4, lr: 1e-3 }],
    "lr must be one of the settings of trainLora, got an unknown one",
  ],
  [
    "prepareTraining",
    prepareTraining,
    [{}, [4], inputs],
    "model must be in the settings of a training, got nothing",
  ],
  ["prepareTraining", prepareTraining, [{ model: "m", data: "d" }], "ranks must be a list, got undefined"],
  [
    "prepareTraining",
    prepareTraining,
    [{ model: "m", data: "d" }, [4], { findModel: inputs.findModel, readdata: inputs.readData }],
    "readdata must be one of the inputs of prepareTraining, got an unknown one. Did you mean readData?",
  ],
])("%s, row %#", async (_, called, args, message) => {
  const error = await (called as (...args: readonly unknown[]) => Promise<unknown>)(...args).catch((e) => e);
  expect(error).toMatchObject({ name: "InputError", code: "E_OPTIONS" });
  expect((error as Error).message.split("\n")).toContain(message);
});
