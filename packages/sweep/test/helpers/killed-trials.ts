import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { stripMeasured } from "@lorank/evidence/parse";
import { canonicalJson, type EngineSpec, type LoraSpec } from "@lorank/evidence/results";
import { encodeDataset, type TokenizedDataset } from "@lorank/train/data";
import { exampleSpec } from "../../../evidence/test/fixtures/spec.ts";
import type { Job } from "../../src/plan/job.ts";
import { readAttemptState } from "../../src/store/attempt-log.ts";
import { SweepStore } from "../../src/store/store.ts";
import { bundle } from "./build.ts";
import type { FakePlace } from "./fake-trainer.ts";

/** A worker as plain JavaScript, and what the trials read. */
export interface KillGround {
  readonly worker: string;
  readonly modelPath: string;
  readonly datasetFile: string;
  readonly kinds: readonly (readonly [name: string, spec: EngineSpec])[];
}

/** What became of the trial of one kind. */
export interface Killed {
  readonly name: string;
  kills: number;
  /** Attempts that went on from a checkpoint. */
  resumed: number;
  /** Processes that were asked to end, and were not killed. */
  asked: number;
  trials: number;
  /** What was not as it must be, in words. */
  readonly faults: string[];
}

/** Prepares a folder that is there. Starting a process takes a fifth of a second then. */
export async function prepareKills(folder: string): Promise<KillGround> {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(join(folder, "package.json"), '{"type":"module","version":"0.0.0"}');
  await bundle([path("./worker.ts")], join(folder, "dist"));
  symlinkSync(path("../../node_modules"), join(folder, "node_modules"), "junction");
  const modelPath = join(folder, "model");
  mkdirSync(modelPath);
  writeFileSync(join(modelPath, "config.json"), JSON.stringify(tinyModel));
  const dataset = encodeDataset(texts());
  const datasetFile = join(folder, "data.json");
  writeFileSync(datasetFile, dataset);
  return {
    worker: `${folder}/dist/worker.js`,
    modelPath,
    datasetFile,
    kinds: kindsOf(modelPath, sha256Hex(dataset)),
  };
}

/**
 * Starts each kind's trial again and again, and kills its process at random moments, until there were so many kills, and one
 * attempt went on from a checkpoint. Then
 * what the last ones left is compared with what undisturbed processes made.
 *
 * @param kills of each kind, at least.
 * @param random uniform in [0, 1).
 */
export async function killTrials(
  ground: KillGround,
  folder: string,
  kills: number,
  random: () => number,
  told: (killed: Killed) => void = () => {},
): Promise<Killed[]> {
  const all: Killed[] = [];
  for (const [name, spec] of ground.kinds) {
    const quiet = new SweepStore(join(folder, `${name} undisturbed`));
    const startedAt = performance.now();
    const { code, stderr } = await startWorker(ground, quiet, spec).ended;
    if (code !== 0) throw new Error(`an undisturbed trial ended with ${code}: ${stderr}`);
    const wholeMs = performance.now() - startedAt;
    const killed: Killed = { name, kills: 0, resumed: 0, asked: 0, trials: 0, faults: [] };
    // A busy machine may kill each before its first checkpoint: then one more is killed, a round.
    const isEnough = () => killed.kills >= kills && (killed.resumed > 0 || killed.kills >= kills + mostMore);
    for (let round = 1; !isEnough(); round++) {
      const store = new SweepStore(join(folder, `${name} ${round}`));
      const limit = Math.max(kills, killed.kills + 1);
      await untilDone(ground, store, spec, { killed, kills: limit, wholeMs, random });
      check(store, quiet, spec, killed);
    }
    told(killed);
    all.push(killed);
  }
  return all;
}

/** Kills beyond those that are required, until an attempt goes on from a checkpoint. */
const mostMore = 30;

interface Killing {
  readonly killed: Killed;
  readonly kills: number;
  readonly wholeMs: number;
  readonly random: () => number;
}

async function untilDone(
  ground: KillGround,
  store: SweepStore,
  spec: EngineSpec,
  { killed, kills, wholeMs, random }: Killing,
): Promise<void> {
  for (;;) {
    const { child, ended } = startWorker(ground, store, spec);
    const timer = new AbortController();
    // One in five is asked to end, as by Ctrl-C or Slurm, and saves what it has.
    const signal = random() < 0.2 ? "SIGTERM" : "SIGKILL";
    const moment = delay(random() * wholeMs, undefined, { signal: timer.signal }).then(
      () => killed.kills < kills && child.kill(signal),
      () => {},
    );
    const { code, signal: endedBy, stderr } = await ended;
    timer.abort();
    await moment;
    if (endedBy === "SIGKILL") killed.kills++;
    // Before it listens, the signal itself ends it.
    else if (code === 75 || endedBy === "SIGTERM") killed.asked++;
    else if (code === 0) return;
    else throw new Error(`a resumed trial ended with ${code ?? endedBy}: ${stderr}`);
  }
}

/** Holds what is there against the undisturbed one. */
function check(store: SweepStore, quiet: SweepStore, spec: EngineSpec, killed: Killed): void {
  const id = store.addSpec(spec);
  killed.trials++;
  const plain = (one: SweepStore) => canonicalJson(stripMeasured(one.readResult(id)));
  const adapter = (one: SweepStore) =>
    readFileSync(join(one.winningAttempt(id)!.folder, "adapter", "adapter_model.safetensors"));
  if (plain(store) !== plain(quiet)) killed.faults.push(`the result of ${id} is another`);
  if (!adapter(store).equals(adapter(quiet))) killed.faults.push(`the adapter of ${id} is another`);
  for (const { folder, number } of store.attempts(id)) {
    if (readAttemptState(folder)?.resumed !== undefined) killed.resumed++;
    if (existsSync(join(folder, "resume"))) killed.faults.push(`attempt ${number} of ${id} left checkpoints`);
    const log = join(folder, "log.jsonl");
    // No kill makes a checkpoint that is not believed.
    const note = existsSync(log) && /"note".*$/m.exec(readFileSync(log, "utf8"))?.[0];
    if (note) killed.faults.push(note);
  }
}

function startWorker({ worker, modelPath, datasetFile }: KillGround, store: SweepStore, spec: EngineSpec) {
  const resources = { modelPath, datasetFile, threads: 1 };
  const job: Job & FakePlace = {
    kind: "train",
    out: store.out,
    resources,
    fake: { engine: "quick" },
    checkpointEvery: { steps: 1 },
    trialId: store.addSpec(spec),
  };
  const child = spawn(process.execPath, [worker, JSON.stringify(job)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal, stderr })),
  );
  return { child, ended };
}

const tinyModel = {
  model_type: "llama",
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 40,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: "silu",
  initializer_range: 0.2,
  tie_word_embeddings: true,
  pad_token_id: 0,
};

/** Texts of 3 to 22 tokens; the first one gives the class away. */
function texts(): TokenizedDataset {
  const make = (split: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${split}-${i}`,
      inputIds: Array.from({ length: 3 + ((7 * i) % 20) }, (_, at) =>
        at === 0 ? 7 + (i % 2) : 9 + ((i + at) % 30),
      ),
      label: i % 2,
    }));
  const task = { kind: "classification", labels: ["seven", "eight"] } as const;
  return { name: "tiny", task, train: make("train", 24), validation: make("validation", 12) };
}

/** Each trains for 24 steps of two micro-batches. */
function kindsOf(modelPath: string, sha256: string): KillGround["kinds"] {
  const plain: EngineSpec = {
    specVersion: 1,
    base: { kind: "random", name: "tiny", configSha256: modelConfig(modelAt(modelPath)).sha256, seed: 3 },
    data: { name: "tiny", sha256, trainExamples: 24, validationExamples: 12 },
    task: { kind: "classification", labels: ["seven", "eight"] },
    lora: {
      rank: 2,
      alpha: 4,
      scalingRule: "lora",
      dropout: 0,
      targetModules: ["q_proj", "v_proj", "down_proj"],
    },
    optimizer: {
      ...exampleSpec.optimizer,
      learningRate: 0.01,
      weightDecay: 0.01,
      epochs: 8,
      microBatchSize: 4,
    },
    seed: 0,
  };
  const withLora = (lora: Partial<LoraSpec>): EngineSpec => ({
    ...plain,
    lora: { ...plain.lora, ...lora },
  });
  const quantization = { format: "nf4", blockSize: 64, doubleQuant: true } as const;
  return [
    ["LoRA with dropout", withLora({ dropout: 0.1 })],
    ["QLoRA", { ...plain, base: { ...plain.base, quantization } }],
    ["DoRA", withLora({ dora: true })],
    ["LoRA+", { ...plain, optimizer: { ...plain.optimizer, loraPlusRatio: 8 } }],
  ];
}
