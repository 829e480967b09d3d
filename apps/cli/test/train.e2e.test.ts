import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import type { TrialResult } from "@lorank/evidence/results";
import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { cliHere } from "./here.ts";
import { ticketsCsv } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
for (const type of ["llama", "bert", "gpt2"] as const) writeTinyModel(join(folder, type), type);
writeFileSync(join(folder, "tickets.csv"), ticketsCsv(60));
const inFolder = { cwd: folder };
const short =
  "--data tickets.csv --text-column text --label-column queue --epochs 1 --max-length 24 --threads 1".split(
    " ",
  );
const digest = (path: string) =>
  createHash("sha256")
    .update(readFileSync(join(folder, path)))
    .digest("hex");

describe("train", () => {
  test("writes an adapter that reads back, with what it was trained from and how it did", async () => {
    const args = ["train", "--model", "bert", ...short, "--rank", "3", "--seed", "5", "--lora-plus", "4"];
    const run = await cliHere([...args, "--dora", "--out", "bert-adapter"], inFolder);
    expect(run.code).toBe(0);
    const adapter = readPeftAdapter(join(folder, "bert-adapter"));
    expect(adapter).toMatchObject({ rank: 3, alpha: 32, dora: true, taskType: "SEQ_CLS" });
    expect(adapter).toMatchObject({
      baseModel: join(folder, "bert"),
      classNames: ["billing", "login", "shipping"],
    });
    expect([...adapter.heads].map(([name, { shape }]) => [name, shape])).toEqual([
      ["classifier.bias", [3]],
      ["classifier.weight", [3, 16]],
    ]);
    const result: TrialResult = JSON.parse(readFileSync(join(folder, "bert-adapter", "trial.json"), "utf8"));
    expect(result.trialId).toBe(trialId(result.spec));
    expect(result).toMatchObject({
      status: "completed",
      spec: {
        seed: 5,
        lora: { rank: 3, dora: true },
        optimizer: { loraPlusRatio: 4 },
        task: { kind: "classification", labels: ["billing", "login", "shipping"] },
      },
    });
    const shown = /^log loss {2}([\d.]+) nats on (\d+) texts$/m.exec(run.stdout);
    expect(Number(shown?.[1])).toBeCloseTo(result.evaluation!.logLoss!, 4);
    expect(Number(shown?.[2])).toBe(result.evaluation!.correct.length);
  });

  test("keeps its adapter elsewhere when the disk is full at the end, and says where", async () => {
    const args = ["train", "--model", "gpt2", ...short, "--rank", "2", "--out", "full/adapter", "--quiet"];
    const imports = [import.meta.resolve("./fail-write.mjs")];
    const run = await cli(args, { ...inFolder, imports, env: { FAIL_WRITE: "[/\\\\]full[/\\\\]" } });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^error: full.adapter.adapter_model\.safetensors could not be written: ENOSPC: no space left on device, .*free there\)$/m,
    );
    const kept = /^The training is done, and its adapter is kept in (.*)$/m.exec(run.stderr)?.[1];
    expect(readPeftAdapter(kept!).rank).toBe(2);
    expect(dirname(kept!)).toBe(realpathSync(folder));
    expect(existsSync(join(kept!, "trial.json"))).toBe(true);
    expect(readdirSync(join(folder, "full"))).toEqual([]);
  });

  test("does not touch a folder that holds something, unless told to replace an adapter", async () => {
    const args = ["train", "--model", "gpt2", ...short, "--rank", "2", "--out", "gpt2-adapter", "--json"];
    const first = await cliHere(args, inFolder);
    expect(first.code).toBe(0);
    const document = JSON.parse(first.stdout);
    expect(document).toMatchObject({
      status: "complete",
      out: "gpt2-adapter",
      rank: 2,
      seed: 1,
      portable: false,
    });
    expect(document.evaluation.examples).toBe(12);
    expect(readPeftAdapter(join(folder, "gpt2-adapter")).fanInFanOut).toBe(true);
    const weights = digest("gpt2-adapter/adapter_model.safetensors");

    const { ino } = statSync(join(folder, "gpt2-adapter", "trial.json"));
    const refused = await cliHere(args, inFolder);
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "E_OUT" } });
    expect(statSync(join(folder, "gpt2-adapter", "trial.json")).ino).toBe(ino);

    const forced = await cliHere([...args, "--force"], inFolder);
    expect(forced.code).toBe(0);
    // the same run gives the same bytes
    expect(digest("gpt2-adapter/adapter_model.safetensors")).toBe(weights);

    mkdirSync(join(folder, "notes"));
    writeFileSync(join(folder, "notes", "todo.txt"), "mine");
    const mine = await cliHere([...args, "--out", "notes", "--force"], inFolder);
    expect(mine.code).toBe(2);
    expect(readdirSync(join(folder, "notes"))).toEqual(["todo.txt"]);
  });

  test("writes the portable form when asked: alpha = rank, no rsLoRA, the trained head kept", async () => {
    const args = ["train", "--model", "llama", ...short, "--rank", "2", "--scaling", "rslora"];
    await Promise.all([
      cliHere([...args, "--out", "raw"], inFolder),
      cliHere([...args, "--out", "portable", "--portable"], inFolder),
    ]);
    const [raw, ported] = [readPeftAdapter(join(folder, "raw")), readPeftAdapter(join(folder, "portable"))];
    expect(raw).toMatchObject({ alpha: 32, scalingRule: "rslora" });
    expect(ported).toMatchObject({ alpha: 2, scalingRule: "lora", classNames: raw.classNames });
    expect([...ported.heads.keys()]).toEqual(["score.weight"]);
    const path = "model.layers.0.self_attn.q_proj";
    const scaled = raw.layers.get(path)!.loraB.data.map((value) => (32 / Math.SQRT2) * value);
    for (const [i, value] of ported.layers.get(path)!.loraB.data.entries())
      expect(value).toBeCloseTo(scaled[i]!, 5);
  });

  test("ends at Ctrl-C with 130 and leaves nothing behind", async () => {
    let asked = false;
    const run = await cli(["train", "--model", "llama", ...short, "--epochs", "2000", "--out", "stopped"], {
      ...inFolder,
      onStderr: (text, kill) => {
        if (asked || !text.includes("step 1 of")) return;
        asked = true;
        kill("SIGINT");
      },
    });
    expect(run.code).toBe(130);
    expect(run.stderr).toContain("Stopped: nothing was written.");
    expect(readdirSync(folder).filter((name) => name.includes("stopped"))).toEqual([]);
  });

  test("a training that diverges writes nothing and exits with 1", async () => {
    const args = [
      "train",
      "--model",
      "llama",
      ...short,
      "--learning-rate",
      "1e30",
      "--out",
      "diverged",
      "--json",
    ];
    const run = await cliHere(args, inFolder);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ status: "diverged" });
    expect(existsSync(join(folder, "diverged"))).toBe(false);
  });
});
