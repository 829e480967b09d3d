import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseResults } from "@lorank/evidence/parse";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";

const folder = temporaryFolder();
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

test("a trainer that ignores its seed gets no rank, and no config", async () => {
  const script = `const { LORANK_RANK: rank, LORANK_OUT: out } = process.env;
const rows = Array.from({ length: 400 }, (_, e) => [e, (e * 7 + rank * 3) % 11 < 1 ? 0 : 1, e % 2].join(","));
require("node:fs").writeFileSync(out + "/outcomes.csv", ["example,correct,label", ...rows].join("\\n"));`;
  writeFileSync(join(folder, "ignores-seed.cjs"), script);
  writeFileSync(
    join(folder, "ignores-seed.yaml"),
    'ranks: [1, 4]\nseeds: 3\nout: copies\ntrainer:\n  command: [node, ignores-seed.cjs, "{seed}"]\n',
  );
  const run = await cliHere(["sweep", "ignores-seed.yaml"], inFolder);
  expect(run.code).toBe(0);
  const { decision } = parseResults(JSON.parse(readFileSync(join(folder, "copies", "results.json"), "utf8")));
  expect(decision).toMatchObject({ rank: null, copies: { setting: "seed" } });
  const config = await cliHere(["config", "copies", "--for", "peft"], inFolder);
  expect(config.code).toBe(2);
});

test("a trainer whose runs are all right on the same examples gets no rank without labels either", async () => {
  const script = `const rows = Array.from({ length: 400 }, (_, e) => [e, (e * 7) % 11 < 1 ? 0 : 1].join(","));
require("node:fs").writeFileSync(process.env.LORANK_OUT + "/outcomes.csv", ["example,correct", ...rows].join("\\n"));`;
  writeFileSync(join(folder, "ignores-all.cjs"), script);
  writeFileSync(
    join(folder, "ignores-all.yaml"),
    'ranks: [1, 4]\nseeds: 3\nout: alike\ntrainer:\n  command: [node, ignores-all.cjs, "{seed}"]\n',
  );
  const run = await cliHere(["sweep", "ignores-all.yaml"], inFolder);
  expect(run.code).toBe(0);
  const results = parseResults(JSON.parse(readFileSync(join(folder, "alike", "results.json"), "utf8")));
  expect(results.decision).toMatchObject({ verdict: "inconclusive", rank: null });
  const config = await cliHere(["config", "alike", "--for", "peft"], inFolder);
  expect(config.code).toBe(2);
});

test("a trial that goes wrong ends the sweep with 3, and the same command then brings all to a verdict", async () => {
  vi.stubEnv("STAND_IN_FAULT", "no-outcomes");
  vi.stubEnv("STAND_IN_TRIALS", "r4-s1");
  expect(await cliHere(sweep, inFolder)).toMatchObject({
    code: 3,
    stdout: expect.not.stringContaining("Verdict"),
  });
  expect(existsSync(join(folder, "results", "results.json"))).toBe(false);

  const run = await cliHere([...sweep, "--json"], inFolder);
  expect([run.code, JSON.parse(run.stdout).finishedNow]).toEqual([0, 1]);
  const results = parseResults(JSON.parse(readFileSync(join(folder, "results", "results.json"), "utf8")));
  expect(results.decision.rank).toBe(4);
  expect(results.trials.map(({ status }) => status)).toEqual(Array(4).fill("completed"));
});

test("what helps against a limit of addresses is said below the trials that it failed", async () => {
  const message =
    "no available backend found. ERR: [wasm] RangeError: WebAssembly.Memory(): could not allocate memory";
  writeFileSync(
    join(folder, "no-addresses.yaml"),
    `ranks: [1, 4]\nseeds: [1]\nout: no-addresses\nmax-attempts: 1\ntrainer:\n  command: [node, -e, ${JSON.stringify(`throw new Error(${JSON.stringify(message)}) // {rank} {seed}`)}]\n`,
  );
  const run = await cliHere(["sweep", "no-addresses.yaml"], inFolder);
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
    const run = await cliHere(["sweep", "small.yaml"], { cwd: place });
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
