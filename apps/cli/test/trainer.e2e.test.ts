import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseResults } from "@lorank/evidence/parse";
import { afterAll, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const standIn = fileURLToPath(new URL("../../../examples/trainers/stand-in", import.meta.url));
cpSync(standIn, join(folder, "my trainer"), { recursive: true });
writeFileSync(
  join(folder, "my trainer", "small.yaml"),
  `ranks: [1, 4]
seeds: 2
alpha: 4
epochs: 4
learning-rate: 0.5
margin: 0.02
jobs: 2
out: results
trainer:
  command: [node, train.mjs]
  evaluate: [node, evaluate.mjs, --adapter, "{adapter}", --split, "{split}", --out, "{out}"]
  exit-codes: { diverged: 3, out-of-memory: 4 }
`,
);
const inFolder = { cwd: folder };
const sweep = ["sweep", "my trainer/small.yaml"];

test("a trainer that ignores its seed gets no rank, and config says why", async () => {
  const script = `const { LORANK_RANK: rank, LORANK_OUT: out } = process.env;
const rows = Array.from({ length: 400 }, (_, e) => [e, (e * 7 + rank * 3) % 11 < 1 ? 0 : 1, e % 2].join(","));
require("node:fs").writeFileSync(out + "/outcomes.csv", ["example,correct,label", ...rows].join("\\n"));`;
  writeFileSync(join(folder, "ignores-seed.cjs"), script);
  writeFileSync(
    join(folder, "ignores-seed.yaml"),
    'ranks: [1, 4]\nseeds: 3\nout: copies\ntrainer:\n  command: [node, ignores-seed.cjs, "{seed}"]\n',
  );
  const run = await cli(["sweep", "ignores-seed.yaml"], inFolder);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain("Verdict: inconclusive. Runs that should differ are copies of each other.");
  expect(run.stdout).toMatch(/rank\s1 under seeds 1, 2 and 3; rank 4 under seeds 1, 2 and 3/);
  const { decision } = parseResults(JSON.parse(readFileSync(join(folder, "copies", "results.json"), "utf8")));
  expect(decision).toMatchObject({ rank: null, copies: { setting: "seed" } });
  const config = await cli(["config", "copies", "--for", "peft"], inFolder);
  expect([config.code, config.stderr]).toEqual([2, expect.stringContaining("copies of each other")]);
});

test("a trainer whose runs are all right on the same examples gets no rank without labels either", async () => {
  const script = `const rows = Array.from({ length: 400 }, (_, e) => [e, (e * 7) % 11 < 1 ? 0 : 1].join(","));
require("node:fs").writeFileSync(process.env.LORANK_OUT + "/outcomes.csv", ["example,correct", ...rows].join("\\n"));`;
  writeFileSync(join(folder, "ignores-all.cjs"), script);
  writeFileSync(
    join(folder, "ignores-all.yaml"),
    'ranks: [1, 4]\nseeds: 3\nout: alike\ntrainer:\n  command: [node, ignores-all.cjs, "{seed}"]\n',
  );
  const run = await cli(["sweep", "ignores-all.yaml"], inFolder);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain("Verdict: inconclusive. No rank is shown to have learned anything.");
  expect(run.stdout).toMatch(/All 6 runs are right on exactly the same\sexamples/);
  const config = await cli(["config", "alike", "--for", "peft"], inFolder);
  expect(config.code).toBe(2);
});

test("a trial that goes wrong is one error, and the same command then brings all to a verdict", async () => {
  const faulty = { STAND_IN_FAULT: "no-outcomes", STAND_IN_TRIALS: "r4-s1" };
  const failed = await cli(sweep, { ...inFolder, env: faulty });
  expect(failed.code).toBe(3);
  expect(failed.stderr).toMatch(
    /rank 4, seed \d+: failed after 1 attempt: .*\n.*outcomes\.csv \(or \.jsonl\) must be/,
  );
  expect(failed.stderr).toContain("1 trial of 4 failed; there is no verdict.");

  const run = await cli(sweep, inFolder);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^trainer {2,}node train\.mjs$/m);
  expect(run.stdout).toMatch(/^trials .*; 3 done before$/m);
  expect(run.stdout).not.toMatch(/NaN|undefined/);
  const results = parseResults(JSON.parse(readFileSync(join(folder, "results", "results.json"), "utf8")));
  expect(results.decision.rank).toBe(4);
  expect(results.trials.map(({ status }) => status)).toEqual(Array(4).fill("completed"));
});

test("a rank that always fails takes nobody's verdict: it is told, and can be left out", async () => {
  const script = `const { LORANK_RANK: rank, LORANK_SEED: seed, LORANK_OUT: out } = process.env;
if (rank === "64") { console.error("KeyError: lm_head"); process.exit(1); }
if (rank === "32") { console.error("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"); process.exit(1); }
const rows = Array.from({ length: 100 }, (_, e) => [e, (e * 7 + seed * 3) % 10 < 8 ? 1 : 0, 0.3 + ((e * 31 + seed * 17 + rank * 7) % 97) / 200].join(","));
require("node:fs").writeFileSync(out + "/outcomes.csv", ["example,correct,logLoss", ...rows].join("\\n"));`;
  writeFileSync(join(folder, "lacks.cjs"), script);
  writeFileSync(
    join(folder, "lacks.yaml"),
    "ranks: [4, 8, 32, 64]\nseeds: 2\nout: lacks\nmax-attempts: 1\ntrainer:\n  command: [node, lacks.cjs]\n",
  );
  const run = await cli(["sweep", "lacks.yaml"], inFolder);
  expect(run.code).toBe(3);
  expect(run.stdout).toMatch(/^Verdict: /m);
  const told = run.stdout.replace(/\s+/g, " ");
  expect(told).toContain(
    "Rank 64 is not compared: none of its 2 runs completed (failed: the command exited with code 1).",
  );
  expect(told).toContain("Rank 32 is not compared: none of its 2 runs completed (ran out of memory).");
  expect(run.stderr).toMatch(/^Out of memory: rank 32\.[\s\S]*lorank memory MODEL --ranks 32$/m);
  expect(run.stderr).toContain("2 trials failed; the verdict is on the other ranks.");
  expect(run.stdout).toMatch(
    /Or leave rank 64 out, and go on with the other ranks\.\n +lorank sweep --out lacks --ranks 4,8,32$/m,
  );
  expect(run.stderr + (await cli(["logs", "lacks"], inFolder)).stdout).not.toMatch(/^\s+at /m);
  expect((await cli(["verdict", "lacks"], inFolder)).code).toBe(0);
  const cancelled = await cli(["cancel", "lacks", "r64"], inFolder);
  expect(cancelled.stderr).toContain("lorank sweep --out lacks --ranks 4,8,32");

  const left = await cli(["sweep", "--out", "lacks", "--ranks", "4,8"], inFolder);
  expect(left.code).toBe(0);
  expect(left.stderr).toContain(
    "Rank 32 leaves this sweep: none of its trials is run any more. Its 2 results stay in the folder and are not compared",
  );
  expect(left.stdout).not.toMatch(/rank 64|rank 32/i);
});

test("what helps against a limit of addresses is said below the trials that it failed", async () => {
  const message =
    "no available backend found. ERR: [wasm] RangeError: WebAssembly.Memory(): could not allocate memory";
  writeFileSync(
    join(folder, "no-addresses.yaml"),
    `ranks: [1, 4]\nseeds: [1]\nout: no-addresses\nmax-attempts: 1\ntrainer:\n  command: [node, -e, ${JSON.stringify(`throw new Error(${JSON.stringify(message)}) // {rank} {seed}`)}]\n`,
  );
  const run = await cli(["sweep", "no-addresses.yaml"], inFolder);
  expect(run.code).toBe(3);
  expect(run.stderr.match(/^The addresses of this process are limited \(ulimit -v\)/gm)).toHaveLength(1);
});

test("a checkpoint in the adapter's folder stays where it is, and an adapter that is a link takes nobody's verdict", async () => {
  const place = join(folder, "checkpoints");
  cpSync(join(folder, "my trainer"), place, { recursive: true });
  const script = `node train.mjs && cd "$LORANK_OUT/adapter" && mkdir checkpoint-10 && echo > checkpoint-10/optimizer.pt && ln -s /etc/passwd tokenizer.json &&
    { [ $LORANK_RANK = 4 ] || { mv adapter_model.safetensors ..; ln -s ../adapter_model.safetensors; }; }`;
  writeFileSync(
    join(place, "small.yaml"),
    readFileSync(join(place, "small.yaml"), "utf8")
      .replace("[node, train.mjs]", JSON.stringify(["sh", "-c", script]))
      .replace("seeds: 2", "seeds: [1]")
      .replace("ranks: [1, 4]", "ranks: [2, 4]"),
  );
  for (const finishedBefore of [false, true]) {
    const run = await cli(["sweep", "small.yaml"], { cwd: place });
    expect(run.stdout).toMatch(/^Verdict/m);
    expect(run.stdout).toMatch(
      /^adapter .*r4.*\n +without links and what is not PEFT's: checkpoint-10, tokenizer\.json$/m,
    );
    expect(run.stdout.includes("Nothing to run") || run.stderr.includes("Nothing to run")).toBe(
      finishedBefore,
    );
    expect(run.stderr).toMatch(
      /^The adapter of rank 2 could not be handed out; the verdict stands\.\n.*adapter_model\.safetensors must be a file, got a symbolic link$/m,
    );
    expect(run.code).toBe(1);
  }
  const handedOut = readdirSync(join(place, "results", "adapters"), { recursive: true, encoding: "utf8" });
  expect(handedOut.filter((name) => /checkpoint|r2\//.test(name))).toEqual([]);
});
