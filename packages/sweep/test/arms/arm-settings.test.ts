import { describe, expect, test } from "vitest";
import type { ArmSettings } from "../../src/index.ts";
import type { CommandSettings } from "../../src/prepare/prepare-command.ts";
import { environmentOf, fillIn, settingsOf } from "../../src/trainers/values.ts";
import { sweepOf } from "../helpers/stand-in-sweep.ts";

function planned(
  arms: readonly ArmSettings[],
  words: readonly string[] = ["--rank={rank}"],
  changes: Partial<CommandSettings> = {},
) {
  const settings = { ranks: undefined, alpha: undefined, learningRate: undefined, epochs: undefined };
  const command = [process.execPath, "train.mjs", ...words];
  return sweepOf({ ...settings, seeds: [1], arms, ...changes }, { command }).inputs.plan;
}

const refused = (message: string | RegExp) =>
  expect.objectContaining({
    code: "E_CONFIG",
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });

describe("arms of another trainer", () => {
  test("have the sweep's settings where they have none of their own", () => {
    const { config, specs } = planned(
      [
        { name: "usual" },
        { name: "own", rank: 4, alpha: "rank", scaling: "rslora", learningRate: 0.1, epochs: 3 },
      ],
      [],
      { alpha: 16, learningRate: 0.5 },
    );
    expect(specs.map(({ lora, optimizer, arm }) => ({ arm, lora, optimizer }))).toEqual([
      { arm: "usual", lora: { rank: 8, alpha: 16 }, optimizer: { learningRate: 0.5 } },
      {
        arm: "own",
        lora: { rank: 4, alpha: 4, scalingRule: "rslora" },
        optimizer: { learningRate: 0.1, epochs: 3 },
      },
    ]);
    expect(config.arms).toHaveLength(2);
    expect(specs[0]).not.toHaveProperty("values");
  });

  test("without a rank are run at each of the sweep's ranks, under names that say so", () => {
    const { summary, specs } = planned([{ name: "mlp" }, { name: "all", rank: 2 }], [], { ranks: [8, 32] });
    expect(summary.axis).toEqual({ by: "arm", names: ["mlp r8", "mlp r32", "all"] });
    expect(specs.map(({ lora }) => lora.rank)).toEqual([8, 32, 2]);
    expect(() => planned([{ name: "mlp" }, { name: "mlp r8", rank: 8 }], [], { ranks: [8, 32] })).toThrow(
      "arms.name must be different from mlp r8 in its letters and digits, got mlp r8",
    );
    expect(() => planned([{ name: "a".repeat(59) }], [], { ranks: [8] })).toThrow(
      "arms.name must be 1 to 60",
    );
  });

  test("give their settings as placeholders and environment", () => {
    const arms: ArmSettings[] = [
      {
        name: "a b",
        targets: ["q_proj", "v_proj"],
        method: "dora",
        base: "org/big",
        values: { warmUp: 3, style: "x y" },
      },
      { name: "c", targets: "mlp", method: "lora", base: "org/small", values: { warmUp: 0.5, style: "" } },
    ];
    const words = ["{arm}", "{targets}", "--{method}", "{base}", "{warmUp}:{style}", "{rank}"];
    const { specs } = planned(arms, words);
    const values = specs.map(settingsOf);
    expect(values.map((one) => fillIn(words, one))).toEqual([
      ["a b", "q_proj,v_proj", "--dora", "org/big", "3:x y", "8"],
      ["c", "mlp", "--lora", "org/small", "0.5:", "8"],
    ]);
    expect(environmentOf(values[0]!)).toMatchObject({
      LORANK_ARM: "a b",
      LORANK_TARGETS: "q_proj,v_proj",
      LORANK_METHOD: "dora",
      LORANK_BASE: "org/big",
      LORANK_WARM_UP: "3",
      LORANK_STYLE: "x y",
      LORANK_RANK_PATTERN: undefined,
    });
    expect(specs[0]!.values).toEqual({ base: "org/big", method: "dora", warmUp: "3", style: "x y" });
  });

  test("must each give what a command asks for", () => {
    const some: ArmSettings[] = [
      { name: "a", base: "org/big", alpha: 8, values: { style: "x" } },
      { name: "b", learningRate: 0.1 },
      { name: "c", base: "org/big", alpha: 8, learningRate: 0.1, values: { style: "x" } },
    ];
    expect(() => planned(some, ["{base}", "{alpha}", "{style}", "{learningRate}"])).toThrow(
      refused(
        [
          "arms.a.learning-rate must be given, for trainer.command has {learningRate}",
          "arms.b.base must be given, for trainer.command has {base}",
          "arms.b.alpha must be given, for trainer.command has {alpha}",
          "arms.b.values.style must be given, for trainer.command has {style}",
        ].join("\n"),
      ),
    );
    expect(() => planned(some, ["{stile}"])).toThrow(
      refused(/^trainer\.command must have placeholders out of \{arm\}, .*\{style\}.*, got \{stile\}$/),
    );
  });

  test("are not there to give settings in a sweep of ranks", () => {
    const ofRanks = (word: string) => () => sweepOf({}, { command: [process.execPath, "train.mjs", word] });
    expect(ofRanks("{arm}")).toThrow(refused("arms must be given, for trainer.command has {arm}"));
    expect(ofRanks("{targets}")).toThrow(refused("arms must be given, for trainer.command has {targets}"));
    expect(ofRanks("{style}")).toThrow(/^trainer\.command must have placeholders out of \{rank\}/);
  });

  test.each(["rank", "out", "seed", "arm", "base", "method", "trialId"])(
    "have no value of their own called %s",
    (name) => {
      expect(() => planned([{ name: "a" }, { name: "b c", values: { [name]: "x" } }])).toThrow(
        refused(`arms.b c.values must have names of their own, got ${name}`),
      );
    },
  );

  test.each(["warm-up", "warm_up", "a1", "", "é"])(
    "have no value called %j, which no placeholder can name",
    (name) => {
      expect(() => planned([{ name: "b", values: { [name]: "x" } }])).toThrow(
        refused(`arms.b.values must have names of letters alone, got ${JSON.stringify(name)}`),
      );
    },
  );

  test("have a cost of their own, or none that is known before they are trained", () => {
    const { summary } = planned([
      { name: "dear", cost: { of: "GPU hours", value: 3.5 } },
      { name: "cheap", cost: { of: "GPU hours", value: 0 } },
    ]);
    expect(summary.axis).toEqual({
      by: "arm",
      names: ["cheap", "dear"],
      cost: { of: "GPU hours", values: [0, 3.5] },
    });
    expect(planned([{ name: "a", cost: 2 }]).summary.axis!.cost).toEqual({ of: "cost", values: [2] });
    expect(() => planned([{ name: "a" }, { name: "b" }], [], { method: "race" })).toThrow(
      "method must be grid for arms without costs, got race",
    );
  });
});
