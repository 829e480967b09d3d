import { planSweep, type SweepConfig } from "@lorank/sweep";
import { describe, expect, test } from "vitest";
import { exampleConfig } from "../../../../packages/sweep/test/helpers/example-config.ts";
import { trialsWords } from "../../src/sweep/announce.ts";
import { diskUse, roomWarning } from "../../src/sweep/out-folder.ts";
import { learnedFacts } from "../../src/sweep/trials.ts";

const config = { ...exampleConfig, ranks: [4, 8, 16], seeds: [0, 1, 2, 3, 4] };
const words = (changes: Partial<SweepConfig> = {}): string =>
  trialsWords(planSweep({ ...config, ...changes }));

test("the trials of a robustness check are counted apart from those of the method", () => {
  expect(words()).toBe("15: 3 ranks × 5 seeds");
  expect(words({ robustness: true })).toBe("15: 3 ranks × 5 seeds, and 5 for --robustness");
  expect(words({ robustness: true, method: "race" })).toBe(
    "at most 15: 3 ranks × 5 seeds, of which a race runs what it needs (0.4 to 0.7 of them in simulated sweeps), and 5 for --robustness",
  );
  const probe = words({ method: "probe" });
  expect(probe).toMatch(/^about 8 of the 15 of a grid: rank 16 under 4 seeds, /);
  expect(words({ robustness: true, method: "probe" })).toBe(`${probe}, and 5 for --robustness`);
  const rslora = { ...config.lora, scalingRule: "rslora" } as const;
  expect(words({ robustness: true, lora: rslora })).toMatch(/, and 4 for --robustness$/);
});

test("a sweep that the disk has no room for is warned of, and no other", () => {
  const dataset = new Uint8Array(1_000_000);
  const disk = diskUse({ plan: planSweep(config), sizes: [], dataset });
  expect(roomWarning("swept", disk, 500_000)).toMatch(
    /^warning: the sweep takes about 1\.\d+ MB, and the disk of swept has 500 kB free$/,
  );
  expect(roomWarning("swept", disk, 5_000_000)).toBeUndefined();
  expect(roomWarning("swept", disk)).toBeUndefined();
});

describe("what is learned of the data", () => {
  const plan = planSweep({ ...config, majorityShare: 0.7 });
  const whole = { train: 0, validation: 0, keeps: [], notes: [] };
  const words = (count: number): string =>
    learnedFacts({
      plan,
      cut: whole,
      classes: Array.from({ length: count }, (_, i) => ({ label: `c${i}`, train: 1000 + i, validation: i })),
    })
      .map(([name, text]) => `${name}: ${text}`)
      .join("\n");

  test("is the classes with their counts: all, or the first of many", () => {
    expect(words(2)).toBe(
      "classes: c0 (1,000 to train on, 0 to validate on), c1 (1,001, 1); always guessing the largest gives 70.0 % accuracy",
    );
    expect(words(6)).toContain("c5 (1,005, 5);");
    expect(words(8)).toContain("c4 (1,004, 4), and 3 more;");
  });

  test("is what is cut of it, where something is; instructions have no classes", () => {
    expect(learnedFacts({ plan, cut: whole })).toEqual([]);
    const cut = { ...whole, train: 1, notes: ["1 of 3 training examples is cut."] };
    expect(learnedFacts({ plan, cut })).toEqual([["cut", "1 of 3 training examples is cut."]]);
  });
});
