import { expect, test } from "vitest";
import { modelEndTokens } from "../src/model/model.ts";
import { modelSource } from "../src/model/model-source.ts";

function endTokens(files: Readonly<Record<string, object>>): readonly number[] {
  const bytes = Object.entries(files).map(
    ([name, value]) => [name, new TextEncoder().encode(JSON.stringify(value))] as const,
  );
  return modelEndTokens(modelSource("tiny", new Map(bytes)));
}

test("the generation config names the tokens that end an answer, before the config", () => {
  const config = { "config.json": { eos_token_id: 5 } };
  expect(endTokens(config)).toEqual([5]);
  expect(endTokens({ ...config, "generation_config.json": { eos_token_id: [7, 9] } })).toEqual([7, 9]);
  expect(endTokens({ ...config, "generation_config.json": {} })).toEqual([]);
  expect(endTokens({ "config.json": { eos_token_id: null } })).toEqual([]);
});

test("what is no token id is refused with its file", () => {
  const files = { "config.json": {}, "generation_config.json": { eos_token_id: "</s>" } };
  expect(() => endTokens(files)).toThrow(
    'tiny/generation_config.json: eos_token_id must be a token id or a list of them, got "</s>"',
  );
});
