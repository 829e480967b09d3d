import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { commandsFor } from "../../src/commands/commands.ts";
import { createProgram } from "../../src/program.ts";
import { cli, temporaryFolder } from "../cli.ts";

const commands = await commandsFor();

const fixtures = fileURLToPath(new URL("../../../../packages/evidence/test/fixtures", import.meta.url));

/** What the command line prints on stdout and stderr, run in this process. */
async function printed(...args: readonly string[]): Promise<{ out: string; err: string }> {
  const { exitCode } = process;
  const texts = { out: "", err: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((more) => {
      texts[name === "stdout" ? "out" : "err"] += String(more);
      return true;
    }),
  );
  try {
    await createProgram(commands).parseAsync([...args], { from: "user" });
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = exitCode;
  }
  return texts;
}

describe("a verdict on files of evaluators", () => {
  test.each([
    ["lm-eval", "parity-acc", ["--task", "parity", "--score", "acc"]],
    ["lm-eval", "digits-flexible-extract", ["--task", "digits", "--filter", "flexible-extract"]],
    ["inspect", "match", ["--score", "match"]],
    ["inspect", "near", ["--score", "near"]],
    ["promptfoo", "success", []],
    ["promptfoo", "score", ["--score", "score"]],
    ["lighteval", "acc", ["--score", "acc"]],
  ])("of %s is that on the same outcomes as CSV, %s", async (tool, name, flags) => {
    const csv = await printed("verdict", join(fixtures, tool, `expected-${name}.csv`), "--json");
    const files = await printed("verdict", join(fixtures, tool, "r{rank}-s{seed}"), "--json", ...flags);
    const { evidence, ...decision } = JSON.parse(files.out);
    expect(decision).toEqual(JSON.parse(csv.out));
    expect(evidence).toMatchObject({ runs: 4, examples: { compared: decision.examples } });
    expect(evidence.files).toHaveLength(4);
  });

  test("counts groups by a field of the documents, and says so of what has no examples", async () => {
    const lighteval = join(fixtures, "lighteval/r{rank}-s{seed}");
    const flags = ["--score", "acc", "--group-column", "gold_index"];
    const { groups } = JSON.parse((await printed("verdict", lighteval, ...flags, "--json")).out);
    expect(groups).toMatchObject({ count: 2 });
    const scores = join(temporaryFolder(), "scores.csv");
    writeFileSync(scores, "rank,seed,accuracy\n4,1,0.5\n4,2,0.6\n8,1,0.6\n8,2,0.7\n");
    await expect(printed("verdict", scores, "--group-column", "x")).rejects.toThrow(
      "--group-column must be of outcomes of examples, got x for a table of runs, one score each",
    );
  });

  test("says what was read and counts what was left out, in the verdict, the report and the plan", async () => {
    const pattern = join(fixtures, "inspect/r{rank}-s{seed}");
    const words =
      "Read 4 runs of Inspect. 1 of 20 examples left out: rank 4, seed 2 failed on 1 (RuntimeError('no answer came back')).";
    const flat = (text: string) => text.replace(/\s+/g, " ");
    expect(flat((await printed("verdict", pattern, "--score", "match")).out)).toContain(words);
    const out = join(temporaryFolder(), "report.html");
    expect(flat((await printed("report", pattern, "--score", "match", "--out", out)).err)).toContain(words);
    expect(readFileSync(out, "utf8")).toContain("r{rank}-s{seed}");
    expect(flat((await printed("plan", "--results", pattern, "--score", "near")).err)).toContain(words);
    const json = JSON.parse((await printed("verdict", pattern, "--score", "match", "--json")).out);
    expect(json.evidence).toMatchObject({
      examples: { compared: 19, leftOut: 1 },
      failed: [{ rank: 4, seed: 2, examples: 1, reason: "RuntimeError('no answer came back')" }],
    });
  });

  test("is on outcomes where runs have a trainer's log too, unless a flag names a score of the log", async () => {
    const folder = temporaryFolder();
    for (const run of ["r4-s1", "r16-s1"]) {
      cpSync(join(fixtures, "lighteval", run), join(folder, run), { recursive: true });
      const log_history = [{ step: 9, eval_loss: run === "r4-s1" ? 0.5 : 0.4 }];
      writeFileSync(join(folder, run, "trainer_state.json"), JSON.stringify({ global_step: 9, log_history }));
    }
    const pattern = join(folder, "r{rank}-s{seed}");
    const read = async (...flags: string[]) =>
      JSON.parse((await printed("verdict", pattern, "--json", ...flags)).out);
    expect(await read("--score", "acc")).toMatchObject({
      metric: "accuracy",
      examples: 20,
      evidence: { runs: 2 },
    });
    expect(await read("--metric", "eval_loss")).not.toHaveProperty("evidence");
  });

  test("of runs without a file that is read names what is there", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "r4-s1"));
    writeFileSync(join(folder, "r4-s1/notes.txt"), "none");
    for (const command of [["verdict"], ["report"], ["plan", "--results"]])
      await expect(printed(...command, join(folder, "r{rank}-s{seed}"))).rejects.toThrow(
        "r4-s1 must hold an evaluator's file with outcomes, got notes.txt",
      );
  });

  test("may be of several paths", async () => {
    const paths = ["r4-s1", "r16-s1"].map((run) => join(fixtures, "inspect", run));
    const { out } = await printed("verdict", ...paths, "--score", "near", "--json");
    expect(JSON.parse(out)).toMatchObject({ seeds: 1, examples: 20, evidence: { runs: 2 } });
  });

  test("names the choices that are left, and ends with 2 and nothing on stdout", async () => {
    const run = await cli(["verdict", join(fixtures, "lm-eval/r{rank}-s{seed}")]);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("must be one of digits, parity in");
  });

  test("of plain outcomes in one file says nothing of where they are from", async () => {
    const file = join(temporaryFolder(), "outcomes.csv");
    writeFileSync(file, "rank,seed,example,correct\n4,1,a,1\n4,1,b,0\n8,1,a,1\n8,1,b,1\n");
    expect(JSON.parse((await printed("verdict", file, "--json")).out)).not.toHaveProperty("evidence");
  });
});
