import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import type { EngineSpec, TrialResult } from "@lorank/evidence/results";
import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { publishAdapters } from "../../src/results/publish-adapter.ts";
import type { PublishedAdapter } from "../../src/results/published-adapters.ts";
import { writeAdapterDigest } from "../../src/store/adapter-files.ts";
import { commitResult } from "../../src/store/commit-result.ts";
import { SweepStore } from "../../src/store/store.ts";
import { exampleConfig, examplePlan, filesUnder, temporaryFolder } from "../helpers/example.ts";
import { fakeTrial, misbehaving } from "../helpers/fake-trainer.ts";

/** Does what a trial's process does, here. `logLoss` replaces the trial's own. */
async function finish(store: SweepStore, spec: EngineSpec, logLoss?: number): Promise<TrialResult> {
  const id = store.addSpec(spec);
  const { result, adapter } = await fakeTrial(spec);
  const attempt = store.claimAttempt(id);
  if (spec.lora.rank > 0) writePeftAdapter(join(attempt.folder, "adapter"), adapter);
  const evaluation = result.evaluation && {
    ...result.evaluation,
    ...(logLoss === undefined ? {} : { logLoss }),
  };
  const whole: TrialResult = { ...result, ...(evaluation === undefined ? {} : { evaluation }), trialId: id };
  commitResult(store, attempt, whole);
  return whole;
}

/** The adapters that are handed out, where all are. */
async function handOut(...asked: Parameters<typeof publishAdapters>): Promise<PublishedAdapter[]> {
  const { adapters, unpublished } = await publishAdapters(...asked);
  expect(unpublished).toEqual([]);
  return adapters;
}

test("hands out, for each rank, the adapter of the seed with the lowest log loss", async () => {
  const store = new SweepStore(temporaryFolder());
  const { specs } = examplePlan({ ranks: [2, 4], seeds: [0, 1, 2] });
  const losses = [0.5, 0.4, 0.3, 0.6, 0.3, 0.5]; // by seed, then rank
  const trials = await Promise.all(specs.map((spec, index) => finish(store, spec, losses[index])));
  // Rank 2 has 0.5, 0.3, 0.3: of the equal seeds 1 and 2 the smaller. Rank 4 has 0.4, 0.6, 0.5.
  const published = await handOut(store, trials);
  expect(published.map(({ rank, seed }) => [rank, seed])).toEqual([
    [2, 1],
    [4, 0],
  ]);
  const chosen = specs.find(({ lora, seed }) => lora.rank === 2 && seed === 1)!;
  const source = join(store.winningAttempt(trialId(chosen))!.folder, "adapter");
  const folder = store.path("adapters", "r2");
  for (const name of ["adapter_model.safetensors", "adapter_config.json", "id2label.json"]) {
    expect(readFileSync(join(folder, name))).toEqual(readFileSync(join(source, name)));
  }
  expect(readPeftAdapter(folder).rank).toBe(2);
  expect(JSON.parse(readFileSync(join(folder, "trial.json"), "utf8"))).toEqual({
    trialId: trialId(chosen),
    rank: 2,
    seed: 1,
    logLoss: 0.3,
    chosenBy: "lowest validation log loss of the rank's seeds",
  });
});

test("replaces the adapter when a better seed has come, and touches nothing when none has", async () => {
  const store = new SweepStore(temporaryFolder());
  const { specs } = examplePlan({ ranks: [2], seeds: [0, 1] });
  const first = await finish(store, specs[0]!, 0.5);
  const [before] = await handOut(store, [first]);
  const inodes = filesUnder(before!.folder).map((file) => statSync(file).ino);
  await handOut(store, [first]);
  expect(filesUnder(before!.folder).map((file) => statSync(file).ino)).toEqual(inodes);

  const weights = readFileSync(join(before!.folder, "adapter_model.safetensors"));
  const second = await finish(store, specs[1]!, 0.4);
  expect((await handOut(store, [first, second]))[0]!.seed).toBe(1);
  expect(readFileSync(join(before!.folder, "adapter_model.safetensors")).equals(weights)).toBe(false);
});

test("leaves out rank 0 and a rank of which every trial diverged", async () => {
  const store = new SweepStore(temporaryFolder());
  const plan = examplePlan({ ranks: [0, 4, 8], seeds: [misbehaving.diverges], headOnlyBaseline: true });
  const trials = await Promise.all(plan.specs.map((spec) => finish(store, spec)));
  expect(trials.map(({ status }) => status)).toEqual(["completed", "completed", "diverged"]);
  expect((await handOut(store, trials)).map(({ rank }) => rank)).toEqual([4]);
});

test("hands out the portable form when asked: alpha = rank, the scaling in B, the head kept", async () => {
  const store = new SweepStore(temporaryFolder());
  const lora = { ...exampleConfig.lora, scalingRule: "rslora" } as const;
  const trial = await finish(store, examplePlan({ lora, ranks: [4] }).specs[0]!);
  const [published] = await handOut(store, [trial]);
  const raw = readPeftAdapter(published!.folder);
  await handOut(store, [trial], { portable: true });
  const portable = readPeftAdapter(published!.folder);
  expect(portable).toMatchObject({ rank: 4, alpha: 4, scalingRule: "lora", classNames: ["ham", "spam"] });
  expect([...portable.heads.keys()]).toEqual(["score.weight"]);
  const path = "model.layers.0.self_attn.q_proj";
  // alpha 16 at rank 4: rsLoRA scales by 16 / √4
  const scaled = raw.layers.get(path)!.loraB.data.map((value) => 8 * value);
  expect([...portable.layers.get(path)!.loraB.data]).toEqual([...scaled]);

  const inodes = filesUnder(published!.folder).map((file) => statSync(file).ino);
  await handOut(store, [trial], { portable: true });
  expect(filesUnder(published!.folder).map((file) => statSync(file).ino)).toEqual(inodes);

  rmSync(store.path("attempts"), { recursive: true });
  expect(await handOut(store, [trial], { portable: true })).toHaveLength(1);
  expect(await publishAdapters(store, [trial])).toEqual({
    adapters: [],
    unpublished: [{ rank: 4, error: expect.objectContaining({ code: "E_ADAPTER_MISSING" }) }],
  });
});

test("needs the attempts no more once the adapter is out, and says what to do when they went too early", async () => {
  const store = new SweepStore(temporaryFolder());
  const trial = await finish(store, examplePlan().specs[0]!);
  await handOut(store, [trial]);
  rmSync(store.path("attempts"), { recursive: true });
  expect(await handOut(store, [trial])).toHaveLength(1);
  rmSync(store.path("adapters"), { recursive: true });
  expect((await publishAdapters(store, [trial])).unpublished).toMatchObject([
    {
      rank: 2,
      error: {
        code: "E_ADAPTER_MISSING",
        message:
          `attempts/${trial.trialId} must hold the adapter of rank 2, seed 0, got none\n` +
          `Delete results/${trial.trialId}.json to train it again.`,
      },
    },
  ]);
});

describe("what a trainer wrote beside the adapter's files", () => {
  /** A finished trial, whose adapter's folder `change` has had in its hands. */
  async function changed(
    change: (folder: string) => void,
  ): Promise<{ store: SweepStore; trial: TrialResult; folder: string }> {
    const store = new SweepStore(temporaryFolder());
    const trial = await finish(store, examplePlan().specs[0]!);
    const folder = join(store.winningAttempt(trial.trialId)!.folder, "adapter");
    change(folder);
    return { store, trial, folder };
  }

  test("stays in the attempt: checkpoints, states of a trainer, links, FIFOs; a tokenizer goes along", async () => {
    const { store, trial, folder } = await changed((folder) => {
      mkdirSync(join(folder, "checkpoint-10"));
      for (const name of [
        "checkpoint-10/adapter_config.json",
        "training_args.bin",
        "tokenizer.json",
        "merges.txt",
      ])
        writeFileSync(join(folder, name), name);
      symlinkSync("/etc/passwd", join(folder, "vocab.txt"));
      symlinkSync("/etc/passwd", join(folder, "notes.txt"));
      execFileSync("mkfifo", [join(folder, "added_tokens.json")]);
    });
    await writeAdapterDigest(join(folder, ".."));
    const [published] = await handOut(store, [trial]);
    expect(published!.leftOut).toEqual([
      "added_tokens.json",
      "checkpoint-10",
      "notes.txt",
      "training_args.bin",
      "vocab.txt",
    ]);
    expect(readdirSync(published!.folder).sort()).toEqual([
      "README.md",
      "adapter_config.json",
      "adapter_model.safetensors",
      "id2label.json",
      "merges.txt",
      "tokenizer.json",
      "trial.json",
    ]);
    // What an adapter before it had and this one has not goes away.
    rmSync(join(folder, "merges.txt"));
    rmSync(join(folder, "..", "adapter.sha256"));
    await handOut(store, [trial]);
    expect(readdirSync(published!.folder)).not.toContain("merges.txt");
  });

  test.each([
    ["a symbolic link", (path: string) => symlinkSync("/etc/passwd", path)],
    ["a FIFO or device", (path: string) => execFileSync("mkfifo", [path])],
    ["a folder", (path: string) => mkdirSync(path)],
  ])("weights that are %s are refused, and the other ranks have their adapters", async (what, make) => {
    const store = new SweepStore(temporaryFolder());
    const { specs } = examplePlan({ ranks: [2, 4], seeds: [0] });
    const trials = await Promise.all(specs.map((spec) => finish(store, spec)));
    const weights = join(
      store.winningAttempt(trials[0]!.trialId)!.folder,
      "adapter",
      "adapter_model.safetensors",
    );
    rmSync(weights);
    make(weights);
    const { adapters, unpublished } = await publishAdapters(store, trials);
    expect(adapters.map(({ rank }) => rank)).toEqual([4]);
    expect(unpublished).toMatchObject([
      { rank: 2, error: { code: "E_ADAPTER", message: `${weights} must be a file, got ${what}` } },
    ]);
  });

  test("a folder that is a link is one of the attempt's own", async () => {
    const { store, trial, folder } = await changed((folder) => {
      renameSync(folder, join(folder, "..", "checkpoint-10"));
      symlinkSync("checkpoint-10", folder);
    });
    expect(await handOut(store, [trial])).toHaveLength(1);
    rmSync(folder);
    symlinkSync("/etc", folder);
    rmSync(store.path("adapters"), { recursive: true });
    expect((await publishAdapters(store, [trial])).unpublished).toMatchObject([
      { rank: 2, error: { message: `${folder} must be a folder, got a symbolic link to another place` } },
    ]);
  });
});
