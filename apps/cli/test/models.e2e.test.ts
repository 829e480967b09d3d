import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import type { Results } from "@lorank/evidence/results";
import { afterAll, describe, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";
import { ticketsCsv, ticketsJsonl } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const type of ["llama", "bert"] as const) writeTinyModel(join(folder, type), type);
writeFileSync(join(folder, "tickets.csv"), ticketsCsv(60));
writeFileSync(join(folder, "tickets.jsonl"), ticketsJsonl(40));
const inFolder = { cwd: folder };
const grid = "--ranks 1,4 --seeds 2 --epochs 1 --max-length 48 --jobs 2".split(" ");
const resultsOf = (out: string): Results =>
  JSON.parse(readFileSync(join(folder, out, "results.json"), "utf8"));

describe("a sweep on a BERT with three classes", () => {
  const sweep = [
    "sweep",
    "--model",
    "bert",
    "--data",
    "tickets.csv",
    "--label-column",
    "queue",
    ...grid,
    "--out",
    "bert-out",
  ];

  test("compares, explains alpha = rank beside the verdict, and hands out portable adapters", async () => {
    const run = await cli([...sweep, "--alpha", "rank", "--portable", "--all"], inFolder);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(
      /^classes {3}billing \(\d+ to train on, \d+ to validate on\), login \(\d+, \d+\), shipping \(\d+, \d+\); always guessing the largest gives 33\.3 % accuracy$/m,
    );
    expect(run.stdout).toMatch(/^adapter {3}alpha = rank \(the size of a step grows with the rank\)/m);
    const said = run.stdout.replace(/\s+/g, " ");
    expect(said).toContain(
      "This sweep was run with alpha = rank. At one learning rate the update then grows with the rank",
    );
    expect(said).toContain("the first step of rank 4 is about 4 times that of rank 1");
    expect(run.stdout.match(/What cannot read this adapter as it is:/g)).toHaveLength(1);
    expect(run.stdout).toContain("vLLM       refuses modules_to_save");
    expect(run.stdout).not.toContain("--max-lora-rank");
    expect(run.stdout).not.toContain("mlx-lm");

    const results = resultsOf("bert-out");
    expect(results.model).toMatchObject({ name: "bert", layers: 1, hiddenSize: 16 });
    expect(results.trials.map(({ spec }) => [spec.lora.rank, spec.lora.alpha])).toEqual([
      [1, 1],
      [1, 1],
      [4, 4],
      [4, 4],
    ]);
    const adapter = readPeftAdapter(join(folder, "bert-out", "adapters", "r4"));
    expect(adapter).toMatchObject({ rank: 4, alpha: 4, classNames: ["billing", "login", "shipping"] });
    expect([...adapter.heads.keys()]).toEqual(["classifier.bias", "classifier.weight"]);
    expect(readFileSync(join(folder, "bert-out", "report.html"), "utf8")).toContain(
      "This sweep was run with alpha = rank.",
    );
    const [verdict, again] = await Promise.all([
      cli(["verdict", "bert-out"], inFolder),
      cli([...sweep, "--alpha", "rank", "--portable", "--json"], inFolder),
    ]);
    expect(verdict.stdout).toContain("This sweep was run with alpha = rank.");
    const document = JSON.parse(again.stdout);
    expect(document).toMatchObject({ finishedNow: 0, portable: true });
    expect(document.stepSize).toMatchObject({ rule: "alpha-follows-rank", alphaPerRank: 1 });
    expect(document.consumers).toContainEqual({
      consumer: "vLLM",
      problem: expect.stringContaining("refuses modules_to_save"),
    });
  });

  test("is not resumed under DoRA and another ratio of LoRA+, and says what differs", async () => {
    const other = [...sweep, "--alpha", "rank", "--portable", "--no-portable", "--dora", "--lora-plus", "2"];
    const run = await cli(other, inFolder);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("  lora.dora: (absent) -> true\n  optimizer.loraPlusRatio: (absent) -> 2\n");
  });
});

describe("a sweep on instructions", () => {
  const grid = "--ranks 2,4 --seeds 2 --epochs 1 --max-length 48 --jobs 2".split(" ");
  const sweep = ["sweep", "--data", "tickets.jsonl", ...grid, "--out", "llama-out"];

  test("is judged on the log loss of the response unless told otherwise, and has no majority", async () => {
    const run = await cli([...sweep, "--model", "llama"], inFolder);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^task {6}instruction tuning, with the loss on the response only$/m);
    expect(run.stdout).toContain("may lose at most");
    const words = run.stdout.replace(/\s+/g, " ");
    expect(words).toMatch(/Use rank 2[:,]/);
    expect(words).toMatch(/vLLM's --max-lora-rank is one of [\d, ]+: rank 2 needs 8, /);
    const results = resultsOf("llama-out");
    expect(results.decision).toMatchObject({ metric: "log-loss", margin: 0.02, examples: 8 });
    expect(results.data).not.toHaveProperty("majorityShare");
    expect(results.trials[0]!.spec).toMatchObject({ task: { kind: "causal-lm" } });
    const adapter = readPeftAdapter(join(folder, "llama-out", "adapters", "r4"));
    expect(adapter).toMatchObject({ rank: 4, alpha: 32, taskType: "CAUSAL_LM" });
    expect(adapter.heads.size).toBe(0);
  });

  test("is refused by an encoder before anything is written", async () => {
    const run = await cli(
      ["sweep", "--data", "tickets.jsonl", ...grid, "--model", "bert", "--out", "none"],
      inFolder,
    );
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(
      "error: task must be classification for a model of type bert, in which every token sees those after it, got causal-lm",
    );
    expect(existsSync(join(folder, "none"))).toBe(false);
  });
});

describe("a model that cannot be trained", () => {
  const filesNow = () => readdirSync(folder);

  test("of an unknown type: the error lists the families", async () => {
    const config = { model_type: "mamba", hidden_size: 16 };
    writeTinyModel(join(folder, "mamba"));
    writeFileSync(join(folder, "mamba", "config.json"), JSON.stringify(config));
    const files = filesNow();
    const run = await cli(["sweep", "--model", "mamba", "--data", "tickets.csv"], inFolder);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(
      /^error: model config: model_type must be one of llama, mistral, qwen2, .*, distilbert, got "mamba"\n$/,
    );
    expect(filesNow()).toEqual(files);
  });
  test("that is not there: the error says what a model may be", async () => {
    const run = await cli(["sweep", "--model", "nowhere", "--data", "tickets.csv"], inFolder);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("error: model must be a folder, a .gguf file or a hub id");
  });
  test("a rank that does not fit is named before a text is tokenised", async () => {
    writeTinyModel(join(folder, "mute"));
    writeFileSync(join(folder, "mute", "tokenizer.json"), "{}");
    const sweep = ["sweep", "--model", "mute", "--data", "tickets.csv", "--label-column", "queue"];
    const [ranks, tokens] = await Promise.all([
      cli([...sweep, "--ranks", "2,99"], inFolder),
      cli([...sweep, "--ranks", "2"], inFolder),
    ]);
    expect(ranks.stderr).toMatch(/^error: rank must be at most 8, the smaller dimension of .*, got 99\n$/);
    expect(tokens.stderr).toMatch(/tokenizer\.json/);
    expect([ranks.code, tokens.code]).toEqual([2, 2]);
  });
});
