import { expect, test } from "vitest";
import { isScores } from "../../src/readers/read-runs.ts";
import { written } from "../helpers/written-scores.ts";

test("outcomes of examples are no scores, and neither is a table of something else", () => {
  expect(isScores(written("runs.csv", "rank,seed,accuracy\n4,0,0.5\n"))).toBe(true);
  expect(isScores(written("runs.jsonl", '{"rank": 4, "accuracy": 0.5}\n'))).toBe(true);
  expect(isScores(written("outcomes.csv", "rank,seed,example,correct\n4,0,a,1\n"))).toBe(false);
  expect(isScores(written("outcomes.jsonl", '{"rank": 4, "seed": 0, "example": 1, "correct": 1}\n'))).toBe(
    false,
  );
  expect(isScores(written("own-names.csv", "lora_r,seed,id,score\n4,0,a,1\n"))).toBe(false);
  expect(isScores(written("wandb.csv", "ID,State,lora_r,score\nab12,finished,4,0.5\n"))).toBe(true);
  expect(isScores(written("texts.csv", "text,label\nhello,ham\n"))).toBe(false);
  expect(isScores(written("results.json", '{"data":{"validationLabels":[1,1,0,4,2]},"trials":[]}'))).toBe(
    false,
  );
  expect(isScores("no-such-file.csv")).toBe(false);
});
