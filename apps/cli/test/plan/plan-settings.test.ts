import { describe, expect, test } from "vitest";
import { readPlanRequest } from "../../src/plan/design.ts";

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
