import { trialId, trialSpec } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { type EngineArm, fileName } from "../../src/arms/arms.ts";
import { trialName } from "../../src/status/sweep-status.ts";
import { exampleConfig, examplePlan } from "../helpers/example.ts";
import { exampleArm, exampleArms } from "../helpers/example-arms.ts";

const refused = (message: string) => expect.objectContaining({ code: "E_SWEEP_CONFIG", message });
const named = (...names: string[]) => examplePlan({ arms: names.map((name) => exampleArm(name)) });
const withCosts = (...costs: [name: string, cost?: number][]) =>
  examplePlan({ arms: costs.map(([name, cost]) => exampleArm(name, cost === undefined ? {} : { cost })) });

describe("names of arms", () => {
  test.each(["mlp", "q_proj, v_proj", "v1.2", "a/b", "8 × all", "naïve “mlp”", "a".repeat(60)])(
    "%s is one",
    (name) => {
      expect(named(name).summary.axis!.names).toEqual([name]);
    },
  );

  test.each([
    "",
    " mlp",
    "mlp ",
    "a\tb",
    "a\nb",
    "a\u2028b",
    "a\u0000",
    "-mlp",
    "../up",
    ".",
    "…",
    "a".repeat(61),
  ])("%j is none", (name) => {
    expect(() => named("other", name)).toThrow(
      refused(
        "arms.name must be 1 to 60 characters in one line that begin with a letter or digit and end without a space, " +
          `got ${JSON.stringify(name)}`,
      ),
    );
  });

  test.each([
    ["mlp", "mlp"],
    ["mlp", "MLP"],
    ["a b", "a/b"],
  ])("%j and %j would share files", (one, other) => {
    expect(() => named(one, other)).toThrow(
      refused(`arms.name must be different from ${one} in its letters and digits, got ${other}`),
    );
  });

  test("name files without a path, and trials", () => {
    expect(["a/b c", "v1.2", "naïve", `é${"a".repeat(70)}`].map(fileName)).toEqual([
      "a-b-c",
      "v1.2",
      "na-ve",
      `-${"a".repeat(59)}`,
    ]);
    const [spec] = named("q / v").specs;
    expect(trialName(spec!)).toBe("q-v-s0");
    expect(trialName(spec!, "lr0.1")).toBe("q-v-s0-lr0.1");
  });
});

describe("costs of arms", () => {
  test.each([
    [
      ["dear", 9],
      ["cheap", 1],
      ["middle", 2.5],
    ],
    [
      ["cheap", 1],
      ["middle", 2.5],
      ["dear", 9],
    ],
  ] as [name: string, cost: number][][])("order arms, however the file orders them", (...costs) => {
    const { summary, config } = withCosts(...costs);
    const cost = { of: "GPU hours", values: [1, 2.5, 9] };
    expect(summary).toMatchObject({
      ranks: [1, 2, 3],
      axis: { by: "arm", names: ["cheap", "middle", "dear"], cost },
    });
    expect(config.arms!.map(({ name }) => name)).toEqual(["cheap", "middle", "dear"]);
  });

  test("that are equal, or unknown, keep the order of the file", () => {
    expect(withCosts(["b", 1], ["a", 1], ["c", 0]).summary.axis!.names).toEqual(["c", "b", "a"]);
    const { axis } = withCosts(["b"], ["a"]).summary;
    expect(axis).toEqual({ by: "arm", names: ["b", "a"] });
  });

  test("are given for all or for none, in one unit, and are at least 0", () => {
    expect(() => withCosts(["a", 1], ["b"], ["c"])).toThrow(
      refused("arms.cost must be given for all arms or for none, got none for b, c"),
    );
    const other: EngineArm = { ...exampleArm("b"), cost: { of: "dollars", value: 1 } };
    expect(() => examplePlan({ arms: [exampleArm("a", { cost: 1 }), other] })).toThrow(
      refused("arms.cost must be in one unit, got [GPU hours, dollars]"),
    );
    for (const cost of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => withCosts(["a b", cost])).toThrow(
        refused(`arms.a b.cost must be at least 0, got ${cost}`),
      );
  });
});

describe("trials of arms", () => {
  const { specs } = examplePlan({ arms: exampleArms });

  test("are each arm's under each seed, seed by seed, with their name in the id", () => {
    expect(specs.map(({ arm, seed }) => [arm, seed])).toEqual(
      [0, 1].flatMap((seed) => exampleArms.map(({ name }) => [name, seed])),
    );
    const [first] = specs;
    const other = examplePlan({ arms: [{ ...exampleArms[0]!, name: "another" }] }).specs[0]!;
    expect({ ...other, arm: first!.arm }).toEqual(first);
    expect(trialId(other)).not.toBe(trialId(first!));
    const { arm: _, ...unnamed } = first!;
    const lora = { ...exampleConfig.lora, targetModules: ["q_proj"] };
    expect(unnamed).toEqual(trialSpec({ ...exampleConfig, lora }, 2, 0));
  });

  test("have the sweep's settings where their arm has none", () => {
    const arms = [
      exampleArm("own", { rank: 4, alpha: { kind: "equal-to-rank" } }, { learningRate: 0.25 }),
      exampleArm("usual"),
    ];
    const [own, usual] = examplePlan({ arms, seeds: [7] }).specs;
    const { optimizer } = exampleConfig;
    expect(own).toMatchObject({
      lora: { rank: 4, alpha: 4 },
      optimizer: { ...optimizer, learningRate: 0.25 },
    });
    expect(usual).toMatchObject({ lora: { rank: 2, alpha: 16 }, optimizer });
  });

  test("do not change when another arm is added", () => {
    const ids = (arms: readonly EngineArm[]) => examplePlan({ arms }).specs.map(trialId);
    expect(ids(exampleArms)).toEqual(expect.arrayContaining(ids(exampleArms.slice(0, 2))));
  });
});

describe("a sweep of arms", () => {
  test("has settings that each arm's trials can have, and says which arm's cannot be", () => {
    const arms = [exampleArm("zero", { rank: 0 }), exampleArm("half", { rank: 1.5 })];
    expect(() => examplePlan({ arms })).toThrow(
      refused(
        "arms.zero.rank must be a positive integer, got 0\narms.half.rank must be a positive integer, got 1.5",
      ),
    );
    const wrong = exampleArm(
      "all linear",
      { alpha: { kind: "fixed", alpha: -1 }, targetModules: [] },
      { learningRate: 0 },
    );
    expect(() => examplePlan({ arms: [exampleArm("right"), wrong] })).toThrow(
      refused(
        "arms.all linear.alpha must be a positive number, got -1\n" +
          "arms.all linear.targets must be one or more different names, got []\n" +
          "arms.all linear.learning-rate must be a positive number, got 0",
      ),
    );
  });

  test("has at least one arm, and needs two for a race", () => {
    expect(() => examplePlan({ arms: [] })).toThrow(refused("arms must be one or more arms, got []"));
    const [attention] = exampleArms;
    expect(examplePlan({ arms: [attention!] }).specs).toHaveLength(2);
    expect(() => examplePlan({ arms: [attention!], method: "race" })).toThrow(
      refused("arms must be two or more for the method race, got [attention]"),
    );
  });

  test("is no probe, has no robustness check, and races only with costs", () => {
    expect(() => examplePlan({ arms: exampleArms, method: "probe", seeds: [0, 1, 2] })).toThrow(
      refused("method must be grid or race with arms, as no adapter is cut to another arm, got probe"),
    );
    expect(() => examplePlan({ arms: exampleArms, robustness: true })).toThrow(
      refused("robustness must be off with arms: name arms at other rates, got true"),
    );
    const uncosted = [exampleArm("a"), exampleArm("b")];
    expect(() => examplePlan({ arms: uncosted, method: "race" })).toThrow(
      refused("method must be grid for arms without costs, got race"),
    );
    expect(examplePlan({ arms: exampleArms, method: "race" }).config.method).toBe("race");
  });
});
