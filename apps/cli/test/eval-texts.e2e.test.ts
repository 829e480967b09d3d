import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cli } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = mkdtempSync(join(tmpdir(), "lorank-eval-texts-"));
const words = { cold: "snow ice frost", warm: "sun sand heat", wet: "rain flood dew" };
const rows = Object.entries(words).flatMap(([label, list]) =>
  list
    .split(" ")
    .flatMap((word, i) =>
      Array.from(
        { length: 4 },
        (_, n) =>
          `${word} ${word} number ${n},${label},${i === 2 ? "test" : n === 3 ? "validation" : "train"}`,
      ),
    ),
);
const texts = join(folder, "weather.csv");
const answers = join(folder, "answers.jsonl");
const tiny = ["--rank", "2", "--epochs", "2", "--max-length", "16", "--targets", "q_proj,v_proj", "--quiet"];

async function train(
  data: string,
  out: string,
): Promise<{ loss: number; accuracy: number; examples: number }> {
  const run = await cli(["train", "--model", "model", "--data", data, "-o", out, ...tiny, "--json"], {
    cwd: folder,
  });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  return (JSON.parse(run.stdout) as { evaluation: { loss: number; accuracy: number; examples: number } })
    .evaluation;
}

beforeAll(() => {
  writeTinyModel(join(folder, "model"));
  writeFileSync(texts, `text,label,split\n${rows.join("\n")}\n`);
  const lines = Array.from({ length: 12 }, (_, i) =>
    JSON.stringify({
      prompt: `Count to ${i}.`,
      response: `One, two, ${i}.`,
      split: i < 9 ? "train" : "validation",
    }),
  );
  writeFileSync(answers, `${lines.join("\n")}\n`);
});

describe("lorank eval on texts", () => {
  test("gives the figures of train on the same rows, and a line for each with --out", async () => {
    const trained = await train(texts, "adapter");
    const out = join(folder, "outcomes.jsonl");
    const args = ["--adapter", "adapter", "--data", texts, "--split", "validation", "--max-length", "16"];
    const run = await cli(["eval", "model", ...args, "--out", out, "--json"], { cwd: folder });
    expect(run.code).toBe(0);
    expect(run.stderr).toBe("");
    const found = JSON.parse(run.stdout) as typeof trained;
    expect(found).toMatchObject({ classNames: ["cold", "warm", "wet"], classNamesFrom: "the adapter" });
    expect(found.examples).toBe(trained.examples);
    expect(found.accuracy).toBe(trained.accuracy);
    expect(found.loss).toBeCloseTo(trained.loss, 6);
    const lines = readFileSync(out, "utf8").trim().split("\n");
    const each = lines.map((line) => JSON.parse(line) as { correct: number; logLoss: number });
    expect(each).toHaveLength(trained.examples);
    // The adapter alone names its base, as train knew it; --model wins.
    const alone = ["eval", "adapter", ...args.slice(2), "--json"];
    for (const more of [[], ["--model", join(folder, "model")]]) {
      const again = await cli([...alone, ...more], { cwd: folder });
      expect(JSON.parse(again.stdout)).toMatchObject({ accuracy: found.accuracy, loss: found.loss });
    }
    const twice = await cli([...alone, "--adapter", "adapter"], { cwd: folder });
    expect(twice.stderr).toContain("adapter must be named once, got adapter and adapter");
    expect(each.reduce((sum, { logLoss }) => sum + logLoss, 0) / each.length).toBeCloseTo(found.loss, 9);
  });

  test("says how many rows trained the adapter, which train has written beside it", async () => {
    await train(texts, "known");
    const on = async (...flags: string[]) => {
      const args = ["eval", "model", "--adapter", "known", "--data", texts, "--max-length", "16", ...flags];
      return JSON.parse((await cli([...args, "--json"], { cwd: folder })).stdout) as { inTraining: number };
    };
    // Two of the three words of each label, and of these three rows of four, are of the split train.
    expect(await on()).toMatchObject({ examples: 36, inTraining: 18 });
    expect(await on("--split", "train")).toMatchObject({ examples: 18, inTraining: 18 });
    expect(await on("--split", "validation")).toMatchObject({ inTraining: 0 });
    writeFileSync(join(folder, "known", "trained-rows.json"), "something else");
    expect(await on()).not.toHaveProperty("inTraining");
  });

  test("says what the classes are called, and refuses data that have others", async () => {
    await train(texts, "adapter-2");
    const other = join(folder, "other.csv");
    writeFileSync(other, "text,label\nhail,hard\n");
    const run = await cli(["eval", "model", "--adapter", "adapter-2", "--data", other], { cwd: folder });
    expect(run.code).toBe(2);
    expect(run.stdout).toBe("");
    expect(run.stderr).toBe(
      "error: labels of the data must be among cold, warm, wet (from the adapter), got hard\n" +
        "--labels gives the classes other names, in the order of the head.\n",
    );
    const named = await cli(["eval", "model", "--adapter", "adapter-2", "--data", other, "--labels", "a,b"], {
      cwd: folder,
    });
    expect(named.code).toBe(2);
    expect(named.stderr).toContain("--labels must name the 3 classes of the head in its order, got 2: a, b");
  });

  test("says aloud that an order is a guess where nothing names the classes, --quiet or not", async () => {
    await train(texts, "adapter-3");
    for (const file of ["id2label.json", "trial.json"]) rmSync(join(folder, "adapter-3", file));
    const args = ["eval", "model", "--adapter", "adapter-3", "--data", texts, "--max-length", "16"];
    const [run, quiet] = await Promise.all([
      cli(args, { cwd: folder }),
      cli([...args, "--quiet"], { cwd: folder }),
    ]);
    expect(run.stderr).toBe(
      "warning: nothing names the classes, so their order is a guess: --labels gives it\n",
    );
    const line = "classes   cold, warm, wet, in the head's order (from the data, in alphabetical order)\n";
    expect(run.stdout).toContain(line);
    expect(quiet).toEqual({ code: 0, stderr: "", stdout: run.stdout });
  });

  test("scores the responses of instructions, with an adapter and without", async () => {
    const trained = await train(answers, "answering");
    const args = ["--data", answers, "--split", "validation", "--max-length", "16", "--json"];
    const adapted = await cli(["eval", "model", "--adapter", "answering", ...args], { cwd: folder });
    expect((JSON.parse(adapted.stdout) as typeof trained).loss).toBeCloseTo(trained.loss, 6);
    const base = await cli(["eval", "model", ...args], { cwd: folder });
    expect((JSON.parse(base.stdout) as typeof trained).loss).not.toBeCloseTo(trained.loss, 3);
    expect([adapted.stderr, base.stderr]).toEqual(["", ""]);
  });

  test("says how many instructions are left out because nothing of their response is left", async () => {
    const file = join(folder, "long-prompt.jsonl");
    const long = { prompt: "Count. ".repeat(20), response: "One.", split: "validation" };
    writeFileSync(file, `${readFileSync(answers, "utf8")}${JSON.stringify(long)}\n`);
    const args = ["--data", file, "--split", "validation", "--max-length", "16", "--json"];
    const run = await cli(["eval", "model", ...args], { cwd: folder });
    expect(run.stderr).toContain("\nLeft out 1 example whose prompt alone has 16 tokens or more.\n");
    expect(JSON.parse(run.stdout)).toMatchObject({ examples: 3 });
  });

  test("says how many texts are cut, and which length keeps them whole", async () => {
    const args = ["eval", "model", "--adapter", "adapter", "--data", texts, "--json"];
    const [cut, whole] = await Promise.all([
      cli([...args, "--max-length", "3"], { cwd: folder }),
      cli([...args, "--max-length", "16"], { cwd: folder }),
    ]);
    expect(cut.stderr).toBe(
      "36 of 36 texts are longer than 3 tokens and are cut; --max-length 8 keeps all whole.\n",
    );
    expect(JSON.parse(cut.stdout)).toMatchObject({ cut: 36, examples: 36 });
    expect(whole.stderr).toBe("");
    expect(JSON.parse(whole.stdout)).toMatchObject({ cut: 0 });
  });

  test("refuses token ids and texts at once, and a split that is not there", async () => {
    const both = await cli(
      ["eval", "model", "--tensors", "x", "--out", "y", "--data", texts, "--text-column", "text"],
      {
        cwd: folder,
      },
    );
    expect({ code: both.code, stdout: both.stdout }).toEqual({ code: 2, stdout: "" });
    expect(both.stderr).toContain("--data, --text-column must be absent with --tensors, which has no texts");
    const split = await cli(
      [
        "eval",
        "model",
        "--adapter",
        "adapter",
        "--data",
        answers,
        "--task",
        "instruction",
        "--split",
        "test",
      ],
      { cwd: folder },
    );
    expect(split.code).toBe(2);
    expect(split.stderr).toContain("must hold rows of split test, got none");
  });
});
