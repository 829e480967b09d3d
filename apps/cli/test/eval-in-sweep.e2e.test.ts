import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results, SpecMembers } from "@lorank/evidence/results";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import type { TextScores } from "../src/commands/eval/eval.ts";
import { readEvalFlags, type SweepEvaluation } from "../src/commands/eval/flags.ts";
import { evaluateOnSweep } from "../src/commands/eval/on-sweep.ts";
import { createOutput, type RawFlags } from "../src/output.ts";
import { cliHere } from "./here.ts";
import { ticketsCsv, ticketsJsonl } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

const cwd = temporaryFolder();
const model = join(cwd, "model");
const settings = ["--ranks", "1,2", "--seeds", "2", "--epochs", "1", "--learning-rate", "0.02"];
const examples = ["--validation-examples", "18", "--max-length", "40"];
const classes = ["billing", "login", "shipping"];

async function sweep(data: string, out: string): Promise<Results> {
  const flags = ["--model", "model", "--data", data, ...settings, ...examples, "--out", out, "--quiet"];
  expect(await cliHere(["sweep", ...flags], { cwd })).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(readFileSync(join(cwd, out, "results.json"), "utf8")) as Results;
}

/** The evaluation of the trial whose adapter the sweep hands out for a rank. */
function handedOut(results: Results, out: string, rank: number) {
  const file = join(cwd, out, "adapters", `r${rank}`, "trial.json");
  const { trialId } = JSON.parse(readFileSync(file, "utf8")) as { trialId: string };
  return results.trials.find((trial) => trial.trialId === trialId)!.evaluation!;
}

/** The same as the command line, in this process. */
function evaluated(path: string, flags: RawFlags = {}) {
  const requested = readEvalFlags(join(cwd, path), { device: "cpu", ...flags });
  return evaluateOnSweep(requested as SweepEvaluation, createOutput({ quiet: true }));
}

let tickets: Results;
let replies: Results;

beforeAll(async () => {
  writeTinyModel(model);
  writeFileSync(join(cwd, "tickets.csv"), ticketsCsv(60));
  writeFileSync(join(cwd, "replies.jsonl"), ticketsJsonl(60));
  tickets = await sweep("tickets.csv", "tickets");
  replies = await sweep("replies.jsonl", "replies");
}, 120_000);

describe("lorank eval in a sweep", () => {
  test("comes to the sweep's own figures for its adapter", async () => {
    const trial = handedOut(tickets, "tickets", 2);
    const run = await cliHere(["eval", "tickets/adapters/r2", "--out", "outcomes.jsonl", "--json"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const found = JSON.parse(run.stdout) as TextScores;
    expect(found).toMatchObject({ examples: 18, sweep: "tickets", classNames: classes });
    expect(found.loss).toBeCloseTo(trial.logLoss!, 6);
    expect(found.accuracy).toBe(trial.accuracy);
    const lines = readFileSync(join(cwd, "outcomes.jsonl"), "utf8").trim().split("\n");
    const each = lines.map((line) => JSON.parse(line) as { example: string; correct: number });
    expect(each.map(({ correct }) => correct)).toEqual(trial.correct);
    expect(new Set(each.map(({ example }) => example)).size).toBe(18);
  });

  test("comes to the sweep's figures for each rank, and for the untouched base", async () => {
    for (const [results, out, rank] of [
      [tickets, "tickets", 1],
      [replies, "replies", 2],
    ] as const) {
      const { evaluation } = await evaluated(`${out}/adapters/r${rank}`);
      expect(evaluation.logLoss).toBeCloseTo(handedOut(results, out, rank).logLoss!, 6);
    }
    const { evaluation } = await evaluated("replies");
    expect(evaluation.logLoss).toBeCloseTo(replies.untouchedBase!.logLoss!, 6);
    expect(evaluation.logLoss).not.toBeCloseTo(handedOut(replies, "replies", 2).logLoss!, 4);
  });

  test("--split validation is the sweep's own split, wherever it is typed", async () => {
    const trial = handedOut(tickets, "tickets", 2);
    const adapter = join(cwd, "tickets/adapters/r2");
    const data = join(cwd, "tickets.csv");
    for (const requested of [
      readEvalFlags(adapter, { split: "validation" }),
      readEvalFlags(adapter, { split: "validation", data }),
      readEvalFlags(join(cwd, "tickets"), { adapter, split: "validation" }),
      readEvalFlags(model, { adapter, split: "validation", data }),
      readEvalFlags(model, { adapter, split: "validation" }),
    ])
      expect(requested).toMatchObject({ kind: "sweep", sweep: join(cwd, "tickets"), adapter });
    const { evaluation } = await evaluated("tickets/adapters/r2", { split: "validation" });
    expect(evaluation.correct).toEqual(trial.correct);
    // Other texts, and other settings, are read as they are.
    const others = { adapter, split: "validation", data: join(cwd, "replies.jsonl") };
    expect(readEvalFlags(model, others)).toMatchObject({ kind: "texts", texts: { split: "validation" } });
    expect(readEvalFlags(model, { adapter, split: "validation", data, maxLength: "8" })).toMatchObject({
      kind: "texts",
    });
    expect(() => readEvalFlags(adapter, { split: "test" })).toThrow("--split must be absent with a sweep");
  });

  test("on rows that trained the adapter, says how many", async () => {
    writeFileSync(join(cwd, "new.csv"), "text,label\nA text that nobody has seen,billing\n");
    const train = tickets.data.trainExamples!;
    const on = (...flags: string[]) => cliHere(["eval", ...flags, "--json"], { cwd });
    const whole = await on("tickets/adapters/r2", "--data", "tickets.csv");
    expect(whole.code, whole.stderr).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({ examples: 60, inTraining: train });
    // A shorter length than that of the training changes nothing about the rows.
    const cut = await on(
      "model",
      "--adapter",
      "tickets/adapters/r2",
      "--data",
      "tickets.csv",
      "--max-length",
      "4",
    );
    expect(JSON.parse(cut.stdout)).toMatchObject({ examples: 60, inTraining: train });
    const unseen = await on("tickets/adapters/r2", "--data", "new.csv");
    expect(JSON.parse(unseen.stdout)).toMatchObject({ examples: 1, inTraining: 0 });
    // Nothing tells where an adapter from elsewhere is from.
    cpSync(join(cwd, "tickets/adapters/r2"), join(cwd, "alone"), { recursive: true });
    const alone = await on("model", "--adapter", "alone", "--data", "tickets.csv");
    expect(JSON.parse(alone.stdout)).not.toHaveProperty("inTraining");
  });

  test("evaluates an adapter from elsewhere, wherever the sweep's data file and model are now", async () => {
    cpSync(join(cwd, "tickets/adapters/r1"), join(cwd, "elsewhere"), { recursive: true });
    cpSync(model, join(cwd, "moved"), { recursive: true });
    rmSync(join(cwd, "tickets.csv"));
    const flags = { adapter: join(cwd, "elsewhere"), model: join(cwd, "moved") };
    const { evaluation } = await evaluated("tickets", flags);
    expect(evaluation.logLoss).toBeCloseTo(handedOut(tickets, "tickets", 1).logLoss!, 6);
  });

  test("refuses another base than the sweep's", async () => {
    writeTinyModel(join(cwd, "other"), "gpt2");
    await expect(evaluated("replies", { model: join(cwd, "other") })).rejects.toMatchObject({
      code: "E_BASE",
      message: expect.stringMatching(/other must hold the model \w+… that the trial names, got \w+…/),
    });
  });

  test("refuses the base alone of a sweep of classes, and an adapter of other classes", async () => {
    await expect(evaluated("tickets")).rejects.toMatchObject({
      code: "E_HEAD",
      message: expect.stringContaining(
        "--adapter must name an adapter for a sweep of classes, whose base has no head, got none",
      ),
    });
    const renamed = join(cwd, "renamed");
    cpSync(join(cwd, "tickets/adapters/r1"), renamed, { recursive: true });
    writeFileSync(join(renamed, "id2label.json"), '{"0":"login","1":"billing","2":"shipping"}');
    await expect(evaluated("tickets", { adapter: renamed })).rejects.toMatchObject({
      code: "E_LABELS",
      message: `the adapter's classes must be those of the sweep, ${classes.join(", ")}, got login, billing, shipping`,
    });
  });

  test("refuses examples that have changed, and a folder that has lost them or its settings", async () => {
    cpSync(join(cwd, "replies"), join(cwd, "damaged"), { recursive: true });
    const { data }: SpecMembers = replies.trials[0]!.spec;
    const file = join(cwd, "damaged/data", `${data!.sha256}.json`);
    writeFileSync(file, `${readFileSync(file, "utf8")} `);
    const rejection = (message: RegExp) =>
      expect(evaluated("damaged")).rejects.toMatchObject({
        name: "InputError",
        message: expect.stringMatching(message),
      });
    await rejection(/damaged\/data\/\w+\.json must hold the data set \w+… that the trial names, got \w+…/);
    rmSync(file);
    await rejection(/damaged\/data\/\w+\.json must hold the sweep's examples, got no file/);
    rmSync(join(cwd, "damaged/settings.json"));
    await rejection(/damaged must hold the settings.json of a sweep that the command line ran, got none/);
  });
});
