import { expect, test } from "vitest";
import { inputsOf, typedInput } from "../../src/commands/mcp/input.ts";
import { command as memory } from "../../src/commands/memory/command.ts";
import { command as verdict } from "../../src/commands/verdict/command.ts";

test("values of a tool are what a user would type: switches and texts as they are, numbers as text", () => {
  const values = { models: ["starter"], ranks: "4,8", list: true, seq: 512, gpu: null };
  expect(typedInput(inputsOf(memory), values)).toEqual({
    names: [["starter"]],
    flags: { ranks: "4,8", list: true, seq: "512" },
  });
  expect(typedInput(inputsOf(memory), { ranks: true }).flags).toEqual({ ranks: "true" });
});

test("a list that holds an empty text is refused", () => {
  expect(() => typedInput(inputsOf(verdict), { results: [""] })).toThrow(
    expect.objectContaining({ code: "E_USAGE", message: 'results must be a list of texts, got [""]' }),
  );
});
