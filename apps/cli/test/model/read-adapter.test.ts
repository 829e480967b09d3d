// Adapters as they were written before they carried the names of their classes.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readAdapter } from "../../src/model/read-adapter.ts";
import { smallAdapter } from "../small-adapter.ts";

const labels = ["wet", "cold", "warm"];
const id = "a".repeat(64);
const json = (path: string, value: unknown) => writeFileSync(path, JSON.stringify(value));

function published(trial: unknown, spec?: unknown): string {
  const sweep = temporaryFolder();
  const folder = join(sweep, "adapters", "r3");
  writePeftAdapter(folder, smallAdapter());
  json(join(folder, "trial.json"), trial);
  mkdirSync(join(sweep, "specs"));
  if (spec !== undefined) json(join(sweep, "specs", `${id}.json`), spec);
  return folder;
}

describe("readAdapter", () => {
  test("finds the names of a sweep's adapter in the spec of its trial", () => {
    const folder = published({ trialId: id, rank: 3 }, { task: { kind: "classification", labels } });
    expect(readAdapter(folder).classNames).toEqual(labels);
  });

  test("finds the names of a single adapter in the result beside it", () => {
    expect(readAdapter(published({ trialId: id, spec: { task: { labels } } })).classNames).toEqual(labels);
  });

  test("prefers the adapter's own", () => {
    const folder = published({ spec: { task: { labels } } });
    writePeftAdapter(folder, smallAdapter({ classNames: ["a", "b", "c"] }));
    expect(readAdapter(folder).classNames).toEqual(["a", "b", "c"]);
  });

  test.each([
    ["the sweep is gone", { trialId: id }, undefined],
    ["the trial is no id", { trialId: "../../adapters/r3/adapter_config" }, undefined],
    ["there are not as many as classes", { spec: { task: { labels: ["wet"] } } }, undefined],
    ["the task has none", { trialId: id }, { task: { kind: "causal-lm" } }],
    ["the trial is no trial", [], undefined],
  ])("finds none where %s", (_, trial, spec) => {
    expect(readAdapter(published(trial, spec))).not.toHaveProperty("classNames");
  });

  test("finds none where the trial's file is cut short", () => {
    const folder = published({});
    writeFileSync(join(folder, "trial.json"), '{"trialId":');
    expect(readAdapter(folder)).not.toHaveProperty("classNames");
  });
});
