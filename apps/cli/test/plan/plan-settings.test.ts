import { describe, expect, test } from "vitest";
import { readPlanRequest } from "../../src/commands/plan/design.ts";
import { commandsOf } from "../../src/commands/plan/plan.ts";

const readQuestion = (flags: object) => readPlanRequest(undefined, { ...flags });

describe("readPlanRequest", () => {
  test("has a power of 0.8 and measures nothing unless told", () => {
    expect(readQuestion({})).toEqual({
      settings: {},
      power: 0.8,
      measure: false,
      folder: process.cwd(),
    });
  });

  test("reads what is asked", () => {
    expect(readQuestion({ power: "0.9", examples: "872", results: "out" })).toEqual({
      settings: { results: "out", examples: 872 },
      power: 0.9,
      measure: false,
      folder: process.cwd(),
    });
  });

  test("names everything that is wrong", () => {
    expect(() => readQuestion({ power: "80", examples: "many" })).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message:
          "--power must be at least 0.5 and below 1, got 80\n" +
          '--examples must be an integer of at least 2, got "many"',
      }),
    );
    expect(() => readQuestion({ examples: "872", measure: true })).toThrow(
      "--measure must be left out with --examples",
    );
  });
});

describe("the commands that learn from a first seed", () => {
  /** The commands that a plan of five seeds prints. */
  const commands = (typed: string, settings: Parameters<typeof commandsOf>[1] = {}, method?: "probe") => {
    const summary = { seeds: [1, 2, 3, 4, 5], ...(method && { method }) };
    return commandsOf(typed.split(" "), settings, undefined, summary).firstSeed;
  };

  test("carry the settings of the plan, which keeps its seeds", () => {
    expect(commands("--data chat.jsonl --model smol.gguf --seeds=5 --power 0.9")).toEqual([
      "lorank sweep --data chat.jsonl --model smol.gguf --seeds 1 --out first-seed",
      "lorank plan --data chat.jsonl --model smol.gguf --power 0.9 --results first-seed --seeds 5",
    ]);
  });

  test("run every rank, though the plan is of a probe, and one seed, though it adds seeds until it is settled", () => {
    expect(commands("--method probe", {}, "probe")).toEqual([
      "lorank sweep --method grid --seeds 1 --out first-seed",
      "lorank plan --method probe --results first-seed --seeds 5",
    ]);
    expect(commands("--until settled", { until: "settled" })).toEqual([
      "lorank sweep --until settled --max-seeds 1 --out first-seed",
      "lorank plan --until settled --results first-seed --max-seeds 5",
    ]);
  });

  test("are none of another trainer's outcomes", () => {
    const { firstSeed } = commandsOf(["--examples", "500"], {});
    expect(firstSeed).toEqual([]);
  });
});
