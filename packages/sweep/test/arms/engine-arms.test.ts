import { modelFolder } from "@lorank/starter";
import { describe, expect, test } from "vitest";
import type { ArmSettings } from "../../src/index.ts";
import { preparePlan } from "../../src/prepare/prepare-plan.ts";
import type { SweepSettings } from "../../src/prepare/settings.ts";
import { rows } from "../helpers/rows.ts";

const usual = { model: modelFolder, data: rows(40), seeds: [1] };

const prepared = (arms: readonly ArmSettings[], changes: Partial<SweepSettings> = {}) =>
  preparePlan({ ...usual, arms, ...changes });

const attention = ["k_proj", "o_proj", "q_proj", "v_proj"];
const mlp = ["down_proj", "gate_proj", "up_proj"];

describe("arms of this engine", () => {
  test("are ordered by the parameters that they train, whose sizes stand in that order too", async () => {
    const { plan, sizes } = await prepared([
      { name: "all", rank: 4 },
      { name: "mlp", rank: 4, targets: "mlp" },
      { name: "attention", rank: 4, targets: "attention" },
    ]);
    const { axis, ranks } = plan.summary;
    expect(axis).toMatchObject({
      by: "arm",
      names: ["attention", "mlp", "all"],
      cost: { of: "trainable parameters" },
    });
    expect(ranks).toEqual([1, 2, 3]);
    expect(plan.specs.map(({ lora }) => lora.targetModules)).toEqual([
      attention,
      mlp,
      [...attention, ...mlp].sort(),
    ]);
    expect(sizes.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(sizes.map(({ trainableParams }) => trainableParams)).toEqual(axis!.cost!.values);
    const { sizes: ofRank } = await preparePlan({ ...usual, ranks: [4] });
    expect(sizes[2]).toEqual({ ...ofRank[0], rank: 3 });
  });

  test("have the sweep's settings where they have none of their own", async () => {
    const arms: ArmSettings[] = [
      { name: "usual" },
      { name: "lora", method: "lora", rank: 2 },
      {
        name: "own",
        alpha: "rank",
        scaling: "rslora",
        learningRate: 0.25,
        epochs: 1,
        targets: ["q_proj"],
        rank: 3,
      },
    ];
    const { plan } = await prepared(arms, { dora: true, alpha: 16, learningRate: 0.01 });
    const by = (name: string) => plan.specs.find(({ arm }) => arm === name)!;
    expect(by("usual")).toMatchObject({
      lora: { rank: 8, alpha: 16, dora: true },
      optimizer: { learningRate: 0.01 },
    });
    expect(by("lora").lora).toMatchObject({ rank: 2, alpha: 16 });
    expect(by("lora").lora).not.toHaveProperty("dora");
    expect(by("own")).toMatchObject({
      lora: { rank: 3, alpha: 3, scalingRule: "rslora", targetModules: ["q_proj"], dora: true },
      optimizer: { learningRate: 0.25, epochs: 1 },
    });
  });

  test("of one rank with the sweep's settings are trained as that rank is", async () => {
    const [{ plan }, ranks] = [
      await prepared([{ name: "a", rank: 4 }]),
      await preparePlan({ ...usual, ranks: [4] }),
    ];
    const { arm, ...spec } = plan.specs[0]!;
    expect([arm, spec]).toEqual(["a", ranks.plan.specs[0]]);
  });

  test("without a rank are run at each of the sweep's", async () => {
    const { plan } = await prepared(
      [
        { name: "mlp", targets: "mlp" },
        { name: "q", targets: ["q_proj"], rank: 2 },
      ],
      {
        ranks: [1, 4],
      },
    );
    expect(plan.summary.axis!.names).toEqual(["q", "mlp r1", "mlp r4"]);
  });

  test("may name costs of their own, all of them", async () => {
    const costs = (...values: (number | undefined)[]) =>
      values.map((cost, i) => ({ name: `a${i}`, rank: 4 - i, cost }));
    const { plan } = await prepared(costs(1, 2, 3));
    expect(plan.summary.axis).toMatchObject({
      names: ["a0", "a1", "a2"],
      cost: { of: "cost", values: [1, 2, 3] },
    });
    await expect(prepared(costs(1, undefined))).rejects.toThrow(
      "arms.cost must be given for all arms or for none, got none for a1",
    );
  });

  test.each<[string, ArmSettings, Partial<SweepSettings>, string]>([
    [
      "a rank above a layer's smaller dimension",
      { name: "big", rank: 9999 },
      {},
      "arms.big.rank must be at most",
    ],
    ["a rank of 0", { name: "none", rank: 0 }, {}, "arms.none.rank must be a positive integer, got 0"],
    [
      "a name without a layer",
      { name: "typo", targets: ["q_porj"] },
      {},
      'arms.typo: no layer matches "q_porj"',
    ],
    [
      "a rate that trains nothing",
      { name: "a", learningRate: 0 },
      {},
      "arms.a.learning-rate must be a positive number, got 0",
    ],
    [
      "a base of its own",
      { name: "a", base: "org/x" },
      {},
      "arms.a.base must be absent without a trainer, got org/x",
    ],
    [
      "values for a trainer",
      { name: "a", values: { b: 1 } },
      {},
      "arms.a.values must be absent without a trainer, got some",
    ],
    [
      "a searched rate",
      { name: "a" },
      { learningRate: "auto" },
      "learningRate must be a number with arms, got auto",
    ],
    [
      "searched epochs",
      { name: "a" },
      { epochs: "auto", optionName: (key) => `--${key}` },
      "--epochs must be a number with arms",
    ],
  ])("are refused with %s", async (_, arm, changes, message) => {
    await expect(prepared([{ name: "other" }, arm], changes)).rejects.toThrow(message);
  });

  test("are refused with a setting that none has", async () => {
    const arm = { name: "a", r: 8 } as ArmSettings;
    await expect(prepared([arm])).rejects.toThrow(
      "r must be one of the settings of the arm a, got an unknown one",
    );
  });
});
