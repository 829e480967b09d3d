// Options as a caller in JavaScript writes them: absent, lacking a member, or with a misspelt one.
import { describe, expect, test } from "vitest";
import {
  estimateRanks,
  estimateTraining,
  matchCatalogueModel,
  profileOf,
  staticBytes,
} from "../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../src/models.ts";
import { assertList, assertOptions, withMembers } from "../src/options.ts";
import { spectrumOf } from "../src/spectrum.ts";
import { anyhow } from "./anyhow.ts";

const shape = modelShapeFromConfig(matchCatalogueModel("llama-3.2-1b")?.model.config);
const training = {
  shape,
  targets: selectTargets(shape, ["q_proj"]),
  rank: 4,
  base: { dtype: "bf16" },
  profile: profileOf("peft"),
  microBatch: 1,
  seq: 128,
} as const;
const { rank: _, ...ofRanks } = { ...training, base: "bf16", ranks: [4] } as const;
const refused: Readonly<Record<string, (call: typeof anyhow) => unknown>> = {
  "the options of estimateTraining must be an object, got undefined": (call) => call(estimateTraining),
  "seq must be in the options of estimateTraining, got nothing": (call) =>
    call(estimateTraining, { ...training, seq: undefined }),
  "rnak must be one of the options of estimateTraining, got an unknown one. Did you mean rank?": (call) =>
    call(estimateTraining, { ...training, rank: undefined, rnak: 4 }),
  "checkpointng must be one of the settings, got an unknown one. Did you mean checkpointing?": (call) =>
    call(estimateTraining, { ...training, settings: { checkpointng: "on" } }),
  "ranks must be in the options of estimateRanks, got nothing": (call) =>
    call(estimateRanks, { ...ofRanks, ranks: undefined }),
  "ranks must be a list, got 4": (call) => call(estimateRanks, { ...ofRanks, ranks: 4 }),
  "crad must be one of the options of estimateRanks, got an unknown one. Did you mean card?": (call) =>
    call(estimateRanks, { ...ofRanks, crad: { bytes: 24e9 } }),
  "byte must be one of the card, got an unknown one. Did you mean bytes?": (call) =>
    call(estimateRanks, { ...ofRanks, card: { byte: 24e9 } }),
  "shape must be in the options of staticBytes, got nothing": (call) => call(staticBytes, {}),
  "targetModules must be a list, got undefined": (call) => call(selectTargets, shape),
  "the factors must be an object, got undefined": (call) => call(spectrumOf),
};

describe("refused", () => {
  test.each(Object.entries(refused))("%s", (message, by) => {
    const error = by(anyhow);
    expect(error).toMatchObject({ name: "InputError", code: "E_OPTIONS" });
    expect((error as Error).message.split("\n")).toContain(message);
  });

  test("with all faults at once, the misspelt members first", () => {
    const error = anyhow(assertOptions, { rank: 4 }, "the options", { ranks: true, model: true });
    expect(error).toMatchObject({
      field: "rank",
      message: [
        "rank must be one of the options, got an unknown one. Did you mean ranks?",
        "ranks must be in the options, got nothing",
        "model must be in the options, got nothing",
      ].join("\n"),
    });
  });

  test("with an unknown member that is like no other, only where others are refused", () => {
    const names = { ranks: false };
    expect(() => assertOptions({ colour: 1 }, "the options", names)).not.toThrow();
    expect(() => assertOptions({ colour: 1 }, "the options", names, "refused")).toThrow(
      /^colour must be one of the options, got an unknown one$/,
    );
  });
});

test("members of a wider object pass, also one like a member that is there", () => {
  expect(() =>
    assertOptions({ rank: 4, ranks: [4], extra: 1 }, "the options", { ranks: true }),
  ).not.toThrow();
  expect(() => estimateTraining({ ...training, ...{ ranks: [4], card: { bytes: 1 } } })).not.toThrow();
  expect(() =>
    assertOptions({ ranks: undefined, rank: undefined }, "the options", { ranks: false }),
  ).not.toThrow();
  expect(() => assertList("ranks", [])).not.toThrow();
});

test("full fine-tuning needs no targets", () => {
  expect(anyhow(estimateTraining, { ...training, rank: null, targets: undefined })).not.toBeInstanceOf(Error);
});

test("an object of given members lacks those that are undefined, and its type wants all of them named", () => {
  const given = withMembers<{ a: number; b?: string; c?: false }>({ a: 0, b: undefined, c: false });
  expect(given).toEqual({ a: 0, c: false });
  expect(Object.keys(given)).toEqual(["a", "c"]);
  // @ts-expect-error b is forgotten
  withMembers<{ a: number; b?: string }>({ a: 0 });
  // @ts-expect-error a must be there
  withMembers<{ a: number; b?: string }>({ a: undefined, b: "" });
});
