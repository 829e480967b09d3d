// The PEFT recipe as it stands, where a Python has its packages.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "@lorank/evidence/results";
import { modelFolder } from "@lorank/starter";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";

const python = process.env.LORANK_PEERS_PYTHON;
if (!python) console.log("skipped: the PEFT recipe needs LORANK_PEERS_PYTHON, which is not set");

const words = { wet: ["rain", "flood", "dew"], cold: ["snow", "ice", "frost"] };
const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

const environment = { HF_HUB_OFFLINE: "1", CUDA_VISIBLE_DEVICES: "", OMP_NUM_THREADS: "1" };
const args = ["train.py", "--no-dropout", "--model", modelFolder, "--data", "data.csv", "--max-length", "16"];
const trial = { LORANK_RANK: "2", LORANK_SEED: "1", LORANK_LEARNING_RATE: "0.003", LORANK_EPOCHS: "40" };

function texts(): string {
  const labelled = Object.entries(words).flatMap(([label, own]) => own.map((word) => ({ word, label })));
  const train = labelled.flatMap(({ word, label }) =>
    [0, 1, 2].map((day) => `${word} ${word} day ${day},${label},train`),
  );
  const validation = labelled.flatMap(({ word, label }) =>
    Array.from({ length: 20 }, (_, day) => `${word} ${word} day ${day + 3},${label},validation`),
  );
  return ["text,label,split", ...train, ...validation, ""].join("\n");
}

function trainer(out: string, more: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...environment, ...trial, ...more, LORANK_OUT: path(out) };
  return [python!, args, { cwd: folder, env }] as const;
}

describe.skipIf(!python)("the PEFT recipe", () => {
  beforeAll(async () => {
    expect(await cli(["init", "--trainer", "peft", folder])).toMatchObject({ code: 0 });
    writeFileSync(path("data.csv"), texts());
  });

  test("comes to the verdict of this engine on the same task", async () => {
    const settings = "--ranks 2,8 --seeds 2 --learning-rate 0.003 --epochs 10 --margin 0.05 --quiet";
    const sweep = readFileSync(path("sweep.yaml"), "utf8")
      .replaceAll("[python, ", `[${python}, `)
      .replace("train.py,", "train.py, --no-dropout,")
      .replaceAll("sentence-transformers/all-MiniLM-L6-v2", `${modelFolder}, --max-length, 16`);
    writeFileSync(path("own.yaml"), sweep);
    const judged = async (what: string, out: string) => {
      const line = `sweep ${what} --out ${out} ${settings}`;
      const { code, stderr } = await cli(line.split(" "), { cwd: folder, env: environment });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const { decision } = JSON.parse(readFileSync(path(join(out, "results.json")), "utf8")) as Results;
      for (const { rank, accuracy } of decision.ranks) expect(accuracy, `rank ${rank}`).toBeGreaterThan(0.9);
      return { verdict: decision.verdict, rank: decision.rank };
    };
    const engine = await judged("--model starter --data data.csv --max-length 16", "engine");
    expect(engine.rank).toBe(2);
    expect(await judged("own.yaml", "by-peft")).toEqual(engine);
  });

  test("evaluates its adapter as it did after training", () => {
    execFileSync(...trainer("whole"));
    const evaluate = [
      "evaluate.py",
      ...args.slice(2),
      "--adapter",
      path("whole/adapter"),
      "--out",
      path("again"),
    ];
    execFileSync(python!, evaluate, { cwd: folder, env: { ...process.env, ...environment } });
    expect(readFileSync(path("again/outcomes.csv"), "utf8")).toBe(
      readFileSync(path("whole/outcomes.csv"), "utf8"),
    );
  });

  test("stops on SIGTERM, goes on from resume/ and ends with the same bytes", async () => {
    const lossLines = () =>
      existsSync(path("stopped/losses.jsonl"))
        ? readFileSync(path("stopped/losses.jsonl"), "utf8").split("\n").length
        : 0;
    const child = spawn(...trainer("stopped"));
    const end = new Promise((resolve) => child.once("close", resolve));
    await expect.poll(lossLines, { interval: 5 }).toBeGreaterThan(3);
    child.kill("SIGTERM");
    expect(await end).toBe(143);
    expect(existsSync(path("stopped/outcomes.csv"))).toBe(false);
    cpSync(path("stopped/resume"), path("resumed/resume"), { recursive: true });
    execFileSync(...trainer("resumed"));
    for (const name of ["losses.jsonl", "outcomes.csv", "adapter/adapter_model.safetensors"])
      expect(readFileSync(path(`resumed/${name}`)).equals(readFileSync(path(`whole/${name}`))), name).toBe(
        true,
      );
  });

  test("ends with 3 where a loss is not finite, and says at which step", () => {
    const [program, given, options] = trainer("diverged", { LORANK_LEARNING_RATE: "1e30" });
    expect(() => execFileSync(program, given, { ...options, stdio: "pipe" })).toThrow(
      expect.objectContaining({ status: 3 }),
    );
    const last = readFileSync(path("diverged/losses.jsonl"), "utf8").trimEnd().split("\n").at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ loss: null });
  });
});
