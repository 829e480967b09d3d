import type { CommandSpec } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { commandSpec, engineSpec } from "../../src/trainers/trainer.ts";
import { examplePlan } from "../helpers/example.ts";

const own = examplePlan().specs[0]!;
const foreign: CommandSpec = {
  specVersion: 1,
  trainer: { command: ["train"], files: [] },
  lora: { rank: 4 },
  optimizer: {},
  seed: 1,
};

test("a spec is for its own trainer alone", () => {
  expect(engineSpec(own)).toBe(own);
  expect(commandSpec(foreign)).toBe(foreign);
  expect(() => engineSpec(foreign)).toThrow(
    expect.objectContaining({
      code: "E_SPEC",
      message: "the trial must be one of this engine, got one of a command",
    }),
  );
  expect(() => commandSpec(own)).toThrow(
    expect.objectContaining({
      code: "E_SPEC",
      message: "the trial must be one of a command, got one of this engine",
    }),
  );
});
