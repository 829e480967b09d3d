import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelAt, readPeftAdapter } from "@lorank/checkpoint/files";
import type { Results } from "@lorank/evidence/results";
import { onnxRuntime } from "@lorank/graph/devices";
import { generalTexts, modelFolder } from "@lorank/starter";
import { adaptedModel, evaluateTokenTensors } from "@lorank/train/engine";
import { createTokenizer } from "@lorank/train/tokenizer";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";

const cwd = temporaryFolder();
const rows = Array.from({ length: 60 }, (_, i) => ({
  prompt: `Where is order ${100 + i}?`,
  response: `Order ${100 + i} ships ${["today", "tomorrow", "on Monday"][i % 3]}.`,
}));
writeFileSync(join(cwd, "orders.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
const texts = generalTexts().slice(0, 6);
writeFileSync(join(cwd, "texts.txt"), [...texts, rows[0]!.response, rows[1]!.response].join("\n\n"));
const data = ["--data", "orders.jsonl", "--validation-examples", "12", "--ranks", "1,4", "--seeds", "1"];
const short = ["--epochs", "1", "--threads", "1", "--out", "out"];

const resultsIn = (out: string): Results =>
  JSON.parse(readFileSync(join(cwd, out, "results.json"), "utf8")) as Results;

test("a sweep tells what each adapter makes its base forget, and goes on with the same texts", async () => {
  const flags = ["sweep", ...data, ...short, "--retain", "texts.txt", "--max-forgetting", "0.05"];
  const run = await cliHere(flags, { cwd });
  expect(run.code, run.stderr).toBe(0);
  const results = resultsIn("out");
  expect(results.sweep.secondary).toEqual([
    { name: "forgetting", better: "lower", unit: "nats", limit: 0.05 },
  ]);
  expect(results.trials).toHaveLength(2);
  const base = results.untouchedBase!.secondary![0]!;
  expect(base.name).toBe("retained-log-loss");

  // Losses of single texts, by the model with the written adapter.
  const model = modelAt(modelFolder);
  const tokenizer = createTokenizer(model);
  const runtime = await onnxRuntime();
  const lossesWith = async (folder?: string): Promise<number[]> => {
    const adapter = folder === undefined ? undefined : readPeftAdapter(folder);
    const one = adaptedModel({ model, adapter, task: "causal-lm", runtime });
    const losses = [];
    for (const text of texts) {
      const ids = Int32Array.from(tokenizer.ids(text));
      const tokens = { shape: [1, ids.length] as const, inputIds: ids, labels: ids };
      losses.push((await evaluateTokenTensors(one, tokens)).loss!);
    }
    await one.model.dispose();
    return losses;
  };
  const before = await lossesWith();
  before.forEach((loss, i) => {
    expect(base.values[i]).toBeCloseTo(loss, 4);
  });
  for (const { trialId, evaluation } of results.trials) {
    const [{ name, values }] = evaluation!.secondary as [{ name: string; values: readonly number[] }];
    expect(name).toBe("forgetting");
    const after = await lossesWith(join(cwd, "out/attempts", trialId, "1/adapter"));
    expect(values).toHaveLength(texts.length);
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(after[i]! - before[i]!, 4);
    });
  }
  expect(readdirSync(join(cwd, "out/truncations"))).toHaveLength(1); // the base's, once

  const text = readFileSync(join(cwd, "out/results.json"), "utf8");
  expect((await cliHere(["sweep", "--out", "out"], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, "out/results.json"), "utf8")).toBe(text);

  const more = await cliHere(["sweep", "--out", "out", "--seeds", "2", "--extend"], { cwd });
  expect(more.code, more.stderr).toBe(0);
  expect(resultsIn("out").trials.map(({ evaluation }) => evaluation!.secondary?.[0]?.values.length)).toEqual([
    6, 6, 6, 6,
  ]);
  expect(readdirSync(join(cwd, "out/truncations"))).toHaveLength(1);

  const other = await cliHere(["sweep", "--out", "out", "--max-forgetting", "0.5"], { cwd });
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/secondary: .*"limit":0\.05.* -> .*"limit":0\.5/);
});

test("a plan tells the texts and their share of a trial's compute, and which are in training", async () => {
  const own = await cliHere(["plan", ...data, "--retain", "texts.txt"], { cwd });
  expect(own.code, own.stderr).toBe(0);
  const words = own.stderr.replace(/\s+/g, " ");
  expect(words).toMatch(
    /Forgetting is measured on 6 texts in texts\.txt \([\d,]+ tokens\), about \d+ % of a trial's compute/,
  );
  expect(words).toContain("Left out 2 texts of texts.txt that are in training");
  const general = await cliHere(["plan", ...data, "--max-forgetting", "0.05"], { cwd });
  expect(general.code, general.stderr).toBe(0);
  expect(general.stderr.replace(/\s+/g, " ")).toContain(
    "Forgetting is measured on 10 texts of 300 in general",
  );
});

test.each([
  [["--retain", "general", "--data", "spam-assassin"], "a base with a language-model head, got general"],
  [
    ["--max-forgetting", "0.05", "--data", "spam-assassin"],
    "--max-forgetting must be absent where classes are learned: forgetting needs a base with a language-model head",
  ],
  [
    ["--max-forgetting", "0.05", "--method", "race", ...data],
    "--max-forgetting must be absent for --method race, which drops ranks by the metric alone, got 0.05",
  ],
  [["--retain", "nowhere.txt", ...data], "nowhere.txt"],
  [["--max-forgetting", "-1", ...data], "max-forgetting must be a number of at least 0, got -1"],
])("refuses %j, and writes nothing", async (flags, words) => {
  const run = await cliHere(["sweep", "--out", "refused", ...flags], { cwd });
  expect(run.code).toBe(2);
  expect(run.stderr).toContain(words);
  expect(readdirSync(cwd)).not.toContain("refused");
});
