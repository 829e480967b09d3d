import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import type { EngineArm } from "../../src/arms/arms.ts";
import type { Comparison } from "../../src/index.ts";
import { formatChanges, settingsDiff } from "../../src/plan/settings-diff.ts";
import { rankChanges, reconcileSweepFile } from "../../src/store/reconcile.ts";
import { SweepStore } from "../../src/store/store.ts";
import { readPlan, settingsFile } from "../../src/store/sweep-file.ts";
import { exampleConfig, examplePlan, exampleTest, temporaryFolder } from "../helpers/example.ts";
import { exampleArm, exampleArms } from "../helpers/example-arms.ts";
import { finishTrials } from "../helpers/finished.ts";

const groupsOfExample = Array.from({ length: exampleConfig.data.validationExamples }, (_, i) => i >> 1);

describe("reconcileSweepFile", () => {
  /** A folder whose sweep.json holds the example. */
  function startedSweep(): string {
    const out = temporaryFolder();
    reconcileSweepFile(out, examplePlan(), false);
    return out;
  }

  test("writes the config once, and the same config again changes nothing", () => {
    const out = startedSweep();
    const path = join(out, "sweep.json");
    const before = statSync(path).ino;
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(examplePlan().config);
    expect(reconcileSweepFile(out, examplePlan({ ranks: [4, 2] }), false).specs).toHaveLength(4);
    expect(statSync(path).ino).toBe(before);
  });

  test("refuses changed settings with one line for each", () => {
    const optimizer = { ...exampleConfig.optimizer, learningRate: 2e-3 };
    expect(() => reconcileSweepFile(startedSweep(), examplePlan({ optimizer, margin: 0.02 }), false)).toThrow(
      expect.objectContaining({
        code: "E_SWEEP_CHANGED",
        message:
          "out must be a new folder or hold the same sweep, got other settings in sweep.json:\n" +
          "  margin: 0.01 -> 0.02\n" +
          "  optimizer.learningRate: 0.001 -> 0.002\n" +
          "Use another --out: trials under different settings cannot be compared.",
      }),
    );
  });

  test("refuses more ranks without extend, and says that extend would take them", () => {
    expect(() => reconcileSweepFile(startedSweep(), examplePlan({ ranks: [2, 4, 8] }), false)).toThrow(
      "  ranks: [2,4] -> [2,4,8]\nUse --extend to add ranks or seeds to this sweep or to go on with another method, or another --out.",
    );
  });

  test("extend runs the ranks and seeds of both", () => {
    const out = startedSweep();
    const whole = reconcileSweepFile(out, examplePlan({ ranks: [16], seeds: [2] }), true);
    expect(whole.summary.ranks).toEqual([2, 4, 16]);
    expect(whole.summary.seeds).toEqual([0, 1, 2]);
    expect(whole.specs).toHaveLength(9);
    expect(JSON.parse(readFileSync(join(out, "sweep.json"), "utf8"))).toEqual(whole.config);
  });

  test("extend still refuses any other change, and then leaves the file alone", () => {
    const out = startedSweep();
    expect(() => reconcileSweepFile(out, examplePlan({ ranks: [8], name: "other" }), true)).toThrow(
      /\n {2}name: "example" -> "other"\nUse another --out/,
    );
    expect(JSON.parse(readFileSync(join(out, "sweep.json"), "utf8"))).toEqual(examplePlan().config);
  });

  test("extend can add the head-only baseline, and a later extend keeps it", () => {
    const out = startedSweep();
    reconcileSweepFile(out, examplePlan({ ranks: [0], headOnlyBaseline: true }), true);
    expect(reconcileSweepFile(out, examplePlan({ ranks: [8] }), true).summary.ranks).toEqual([0, 2, 4, 8]);
  });

  test("extend can add test examples; they cannot be exchanged or left out, which would be a second look", () => {
    const out = startedSweep();
    const withTest = examplePlan({ test: exampleTest });
    expect(() => reconcileSweepFile(out, withTest, false)).toThrow("Use --extend to add test examples");
    expect(reconcileSweepFile(out, withTest, true).data.test).toEqual(exampleTest);
    const other = examplePlan({ test: { ...exampleTest, examples: 21 } });
    for (const [plan, line] of [
      [other, "test.examples: 20 -> 21"],
      [examplePlan(), "test.examples: 20 -> (absent)"],
    ] as const)
      for (const extend of [false, true])
        expect(() => reconcileSweepFile(out, plan, extend)).toThrow(
          new RegExp(
            `${line.replace(/[()]/g, "\\$&")}[\\s\\S]*Give the test examples that the sweep began with`,
          ),
        );
  });

  test("what was asked is kept with the ranks and seeds that will be run, unless the sweep is refused", () => {
    const out = temporaryFolder();
    const asked = ({ ranks }: Comparison) => ({ ranks, jobs: 2 });
    const kept = () => JSON.parse(readFileSync(settingsFile(out), "utf8"));
    reconcileSweepFile(out, examplePlan(), false, asked);
    expect(kept()).toEqual({ ranks: [2, 4], jobs: 2 });
    expect(() => reconcileSweepFile(out, examplePlan({ ranks: [8] }), false, asked)).toThrow("--extend");
    expect(kept()).toEqual({ ranks: [2, 4], jobs: 2 });
    reconcileSweepFile(out, examplePlan({ ranks: [8] }), true, asked);
    expect(kept()).toEqual({ ranks: [2, 4, 8], jobs: 2 });
    reconcileSweepFile(out, examplePlan({ ranks: [2, 4, 8] }), false);
    expect(kept()).toEqual({ ranks: [2, 4, 8], jobs: 2 });
  });

  test("examples in other groups are another sweep, and a long list of groups is not written out", () => {
    const out = temporaryFolder();
    const validationGroups = groupsOfExample;
    reconcileSweepFile(out, examplePlan({ validationGroups }), false);
    const again = examplePlan({ validationGroups });
    expect(reconcileSweepFile(out, again, false)).toBe(again);
    expect(readPlan(out)).toMatchObject({ data: { validationGroups } });
    expect(() => reconcileSweepFile(out, examplePlan(), true)).toThrow(
      expect.objectContaining({
        code: "E_SWEEP_CHANGED",
        message: expect.stringMatching(/ {2}validationGroups: \[0,0,.* -> \(absent\)\nUse another --out/),
      }),
    );
    const many = Array.from({ length: 900 }, (_, i) => i);
    expect(formatChanges(settingsDiff({}, { validationGroups: many }))).toBe(
      "  validationGroups: (absent) -> [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,1… (900 values)",
    );
  });

  test("a count of such examples is no other sweep where the data are the same", () => {
    const plan = examplePlan({ overlap: { validation: 3, kept: true } });
    expect(reconcileSweepFile(startedSweep(), plan, false)).toBe(plan);
    const sources = { validation: 5, by: "passages" } as const;
    const shared = examplePlan({ sharedSources: sources });
    expect(reconcileSweepFile(startedSweep(), shared, false)).toBe(shared);
    expect(shared.data.sharedSources).toEqual(sources);
  });

  test("a folder without a digest of its examples is resumed, tells one in its results, and keeps it when extended", () => {
    const examplesSha256 = "e".repeat(64);
    const digested = { examplesSha256, test: { ...exampleTest, examplesSha256: "f".repeat(64) } };
    const out = temporaryFolder();
    const path = join(out, "sweep.json");
    reconcileSweepFile(out, examplePlan({ test: exampleTest }), false);
    const before = readFileSync(path, "utf8");
    expect(before).not.toContain("examplesSha256");

    const resumed = reconcileSweepFile(out, examplePlan(digested), false);
    expect(resumed.data).toMatchObject(digested);
    expect(readFileSync(path, "utf8")).toBe(before);

    const extended = reconcileSweepFile(out, examplePlan({ ...digested, seeds: [2] }), true);
    expect(extended.data).toMatchObject(digested);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(extended.config);

    // Texts may differ where their tokens do not, as in upper case.
    const otherTexts = examplePlan({ ...extended.config, examplesSha256: "d".repeat(64) });
    expect(reconcileSweepFile(out, otherTexts, false)).toBe(otherTexts);
  });
});

describe("arms in a sweep's folder", () => {
  const [attention, mlp, all] = exampleArms as [EngineArm, EngineArm, EngineArm];
  const withArms = (...arms: EngineArm[]) => examplePlan({ arms });
  const kept = (out: string) => JSON.parse(readFileSync(join(out, "sweep.json"), "utf8"));

  function startedWith(...arms: EngineArm[]): string {
    const out = temporaryFolder();
    reconcileSweepFile(out, withArms(...arms), false);
    return out;
  }

  test("are resumed in any order of the file, as their costs order them", () => {
    const out = startedWith(attention, mlp, all);
    const before = statSync(join(out, "sweep.json")).ino;
    const again = reconcileSweepFile(out, withArms(all, attention, mlp), false);
    expect(again.summary).toMatchObject({
      ranks: [1, 2, 3],
      axis: { names: ["attention", "mlp", "all linear"] },
    });
    expect(statSync(join(out, "sweep.json")).ino).toBe(before);
    expect(readPlan(out).specs).toEqual(again.specs);
  });

  test("of equal cost keep the order of the latest file, in the folder as in the run", () => {
    const [one, other] = [exampleArm("one", { cost: 1 }), exampleArm("other", { rank: 3, cost: 1 })];
    const out = startedWith(one, other);
    const turned = reconcileSweepFile(out, withArms(other, one), false);
    expect(turned.summary.axis!.names).toEqual(["other", "one"]);
    expect(readPlan(out).summary).toEqual(turned.summary);
  });

  test("are added with extend alone, beside seeds, and each keeps its trials", () => {
    const out = startedWith(attention, all);
    expect(() => reconcileSweepFile(out, withArms(attention, mlp, all), false)).toThrow(
      'sweep.json:\n  arms: ["attention","all linear"] -> ["attention","mlp","all linear"]\n' +
        "Use --extend to add arms or seeds to this sweep or to go on with another method, or another --out.",
    );
    const before = readPlan(out).specs.map(trialId);
    const more = reconcileSweepFile(out, examplePlan({ arms: [attention, mlp, all], seeds: [2] }), true);
    expect(more.summary).toMatchObject({ ranks: [1, 2, 3], seeds: [0, 1, 2] });
    expect(more.specs).toHaveLength(9);
    expect(more.specs.map(trialId)).toEqual(expect.arrayContaining(before));
    expect(kept(out)).toEqual(more.config);
  });

  test.each([
    [
      "a rank",
      exampleArm("mlp", { rank: 3, targetModules: ["v_proj"], cost: 2 }),
      "arms.mlp.lora.rank: 2 -> 3",
    ],
    ["a cost", exampleArm("mlp", { targetModules: ["v_proj"], cost: 2.5 }), "arms.mlp.cost.value: 2 -> 2.5"],
    [
      "a learning rate",
      exampleArm("mlp", { targetModules: ["v_proj"], cost: 2 }, { learningRate: 0.5 }),
      "arms.mlp.optimizer.learningRate: (absent) -> 0.5",
    ],
  ])("may not change %s under their names, extended or not", (_, changed, line) => {
    const out = startedWith(attention, mlp);
    const before = kept(out);
    for (const extend of [false, true])
      expect(() => reconcileSweepFile(out, withArms(attention, changed), extend)).toThrow(
        `got other settings in sweep.json:\n  ${line}\nUse another --out: trials under`,
      );
    expect(kept(out)).toEqual(before);
  });

  test("do not go on as ranks, nor ranks as arms, with extend either", () => {
    const [ofArms, ofRanks] = [startedWith(attention, mlp), temporaryFolder()];
    reconcileSweepFile(ofRanks, examplePlan(), false);
    const names = '["attention","mlp"]';
    for (const extend of [false, true]) {
      expect(() => reconcileSweepFile(ofRanks, withArms(attention, mlp), extend)).toThrow(
        `\n  arms: (absent) -> ${names}\n  ranks: [2,4] -> (absent)\nUse another --out: trials under`,
      );
      expect(() => reconcileSweepFile(ofArms, examplePlan(), extend)).toThrow(
        `\n  arms: ${names} -> (absent)\n  ranks: (absent) -> [2,4]\nUse another --out: trials under`,
      );
    }
  });

  test("may be left out and taken in again, with the settings that they had", async () => {
    const out = startedWith(attention, mlp, all);
    const store = new SweepStore(out);
    await finishTrials(store, withArms(attention, mlp, all).specs);
    expect(rankChanges(out, withArms(attention, all))).toEqual({
      leftOut: [{ rank: "mlp", results: 2 }],
      takenIn: [],
    });
    expect(reconcileSweepFile(out, withArms(attention, all), false).summary.ranks).toEqual([1, 2]);
    expect(kept(out).arms).toHaveLength(2);
    expect(rankChanges(out, withArms(attention, mlp, all))).toEqual({ leftOut: [], takenIn: ["mlp"] });
    const other = exampleArm("mlp", { targetModules: ["k_proj"], cost: 2 });
    expect(() => reconcileSweepFile(out, withArms(attention, other, all), false)).toThrow("Use --extend");
    expect(reconcileSweepFile(out, withArms(attention, mlp, all), false).specs).toHaveLength(6);
  });

  test("with outcomes stay in a race, with extend too", async () => {
    const out = temporaryFolder();
    const race = (...arms: EngineArm[]) => examplePlan({ arms, method: "race" });
    const plan = reconcileSweepFile(out, race(attention, mlp, all), false);
    await finishTrials(new SweepStore(out), [plan.specs.find(({ arm }) => arm === "mlp")!]);
    for (const extend of [false, true])
      expect(() => reconcileSweepFile(out, race(attention, all), extend)).toThrow(
        "arms must keep arm mlp in this race, got them without it after 1 of its runs completed\n" +
          "A race shares the error of its claims among its arms",
      );
    expect(kept(out).arms).toHaveLength(3);
    expect(reconcileSweepFile(out, race(attention, mlp), false).summary.ranks).toEqual([1, 2]);
  });
});
