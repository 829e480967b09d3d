import { readFileSync } from "node:fs";
import { trainDefaults } from "@lorank/train/defaults";
import { expect, test } from "vitest";
import { sweepDefaults } from "../src/defaults.ts";
import { runOptions } from "../src/executor/run-options.ts";

test("a command's help can read them without loading anything but those of a training", () => {
  const source = readFileSync(new URL("../src/defaults.ts", import.meta.url), "utf8");
  expect(source.match(/from ".*"/g)).toEqual(['from "@lorank/train/defaults"']);
  expect(sweepDefaults).toMatchObject(trainDefaults);
});

test("are what is run by where nothing is asked for", () => {
  const { threads, device, maxAttempts, checkpointEvery } = sweepDefaults;
  expect(runOptions()).toMatchObject({ threads, device, maxAttempts, checkpointEvery });
});

test("a plan made with them passes its own checks", () => {
  const { method, ranks, metric, confidence } = sweepDefaults;
  expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks);
  expect([method, metric["causal-lm"], confidence]).toEqual(["grid", "log-loss", 0.95]);
});
