import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
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
  const run = await cliHere(["train", "--model", "model", "--data", data, "-o", out, ...tiny, "--json"], {
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
    const run = await cliHere(["eval", "model", ...args, "--out", out, "--json"], { cwd: folder });
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
      const again = await cliHere([...alone, ...more], { cwd: folder });
      expect(JSON.parse(again.stdout)).toMatchObject({ accuracy: found.accuracy, loss: found.loss });
    }
    expect(each.reduce((sum, { logLoss }) => sum + logLoss, 0) / each.length).toBeCloseTo(found.loss, 9);
  });

  test("says how many rows trained the adapter, which train has written beside it", async () => {
    await train(texts, "known");
    const on = async (...flags: string[]) => {
      const args = ["eval", "model", "--adapter", "known", "--data", texts, "--max-length", "16", ...flags];
      return JSON.parse((await cliHere([...args, "--json"], { cwd: folder })).stdout) as {
        inTraining: number;
      };
    };
    // Two of the three words of each label, and of these three rows of four, are of the split train.
    expect(await on()).toMatchObject({ examples: 36, inTraining: 18 });
    expect(await on("--split", "train")).toMatchObject({ examples: 18, inTraining: 18 });
    expect(await on("--split", "validation")).toMatchObject({ inTraining: 0 });
    writeFileSync(join(folder, "known", "trained-rows.json"), "something else");
    expect(await on()).not.toHaveProperty("inTraining");
  });

  test("scores the responses of instructions, with an adapter and without", async () => {
    const trained = await train(answers, "answering");
    const args = ["--data", answers, "--split", "validation", "--max-length", "16", "--json"];
    const adapted = await cliHere(["eval", "model", "--adapter", "answering", ...args], { cwd: folder });
    expect((JSON.parse(adapted.stdout) as typeof trained).loss).toBeCloseTo(trained.loss, 6);
    const base = await cliHere(["eval", "model", ...args], { cwd: folder });
    expect((JSON.parse(base.stdout) as typeof trained).loss).not.toBeCloseTo(trained.loss, 3);
    expect([adapted.stderr, base.stderr]).toEqual(["", ""]);
  });
});
