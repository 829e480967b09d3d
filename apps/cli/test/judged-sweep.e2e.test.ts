import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Results } from "@lorank/core/results";
import { expect, test } from "vitest";
import { cli } from "./cli.ts";

const cwd = mkdtempSync(join(tmpdir(), "lorank-judged-"));
const colours = "red blue green pink black white gold grey".split(" ");
const rows = Array.from({ length: 48 }, (_, i) => {
  const colour = colours[(i * 5) % 8]!;
  return { prompt: `${i} say ${colour} twice`, response: `${colour} ${colour}` };
});
writeFileSync(join(cwd, "say.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
const data = [
  "--model",
  "starter",
  "--data",
  "say.jsonl",
  "--task",
  "instruction",
  "--validation-examples",
  "16",
];

test("trials answer, a metric judges, and results, verdict and report have it", async () => {
  const settings = ["--metric", "contains", "--max-new-tokens", "6", "--ranks", "1,2", "--seeds", "2"];
  const some = ["--epochs", "0.3", "--threads", "1", "--out", "out"];
  const run = await cli(["sweep", ...data, ...settings, ...some], { cwd });
  expect(run.stderr).not.toContain("error");
  expect(run.code).toBe(0);
  expect(run.stdout.replace(/\s+/g, " ")).toContain(
    "Accuracy is the mean of contains over the generated answers",
  );
  expect(run.stdout).toContain("By the log loss of the responses");
  const results = JSON.parse(readFileSync(join(cwd, "out/results.json"), "utf8")) as Results;
  expect(results.data.questions).toHaveLength(16);
  expect(results.data.questions![0]!.prompt).toMatch(/^\d+ say \w+ twice$/);
  for (const { evaluation } of results.trials) {
    expect(evaluation!.answers).toHaveLength(16);
    results.data.questions!.forEach(({ reference }, i) => {
      expect(evaluation!.correct[i]).toBe(evaluation!.answers![i]!.text.includes(reference) ? 1 : 0);
    });
  }
  expect(readFileSync(join(cwd, "out/report.html"), "utf8")).toContain('<section id="answers"');
});

test.each<[string[], string]>([
  [["--metric", "equal"], "Did you mean equals?"],
  [["--metric", "file:judge.js"], "--metric must be built in where trials judge, got file:judge.js"],
  [["--max-new-tokens", "6"], "--max-new-tokens must come with a --metric of answers"],
])("bad input is refused with exit code 2, and nothing is written: %j", async (flags, message) => {
  const run = await cli(["sweep", ...data, ...flags, "--out", "no"], { cwd });
  expect(run.stderr).toContain(message);
  expect(run.code).toBe(2);
});

test("classes have no answers", async () => {
  const run = await cli(["sweep", "--metric", "equals", "--out", "no"], { cwd });
  expect(run.stderr).toContain("--metric must be accuracy or log-loss where classes are learned");
  expect(run.code).toBe(2);
});
