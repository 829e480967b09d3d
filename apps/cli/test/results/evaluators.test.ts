import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";

const fixtures = fileURLToPath(new URL("../../../../packages/evidence/test/fixtures", import.meta.url));

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
    const csv = await cliHere(["verdict", join(fixtures, tool, `expected-${name}.csv`), "--json"]);
    const files = await cliHere(["verdict", join(fixtures, tool, "r{rank}-s{seed}"), "--json", ...flags]);
    const { evidence, ...decision } = JSON.parse(files.stdout);
    expect(decision).toEqual(JSON.parse(csv.stdout));
    expect(evidence).toMatchObject({ runs: 4, examples: { compared: decision.examples } });
    expect(evidence.files).toHaveLength(4);
  });

  test("counts groups by a field of the documents, and says so of what has no examples", async () => {
    const lighteval = join(fixtures, "lighteval/r{rank}-s{seed}");
    const flags = ["--score", "acc", "--group-column", "gold_index"];
    const { groups } = JSON.parse((await cliHere(["verdict", lighteval, ...flags, "--json"])).stdout);
    expect(groups).toMatchObject({ count: 2 });
    const scores = join(temporaryFolder(), "scores.csv");
    writeFileSync(scores, "rank,seed,accuracy\n4,1,0.5\n4,2,0.6\n8,1,0.6\n8,2,0.7\n");
    expect(await cliHere(["verdict", scores, "--group-column", "x"])).toMatchObject({ code: 2, stdout: "" });
  });

  test("says what was read and counts what was left out, in the report and the plan", async () => {
    const pattern = join(fixtures, "inspect/r{rank}-s{seed}");
    const words =
      "Read 4 runs of Inspect. 1 of 20 examples left out: rank 4, seed 2 failed on 1 (RuntimeError('no answer came back')).";
    const flat = (text: string) => text.replace(/\s+/g, " ");
    const out = join(temporaryFolder(), "report.html");
    expect(flat((await cliHere(["report", pattern, "--score", "match", "--out", out])).stderr)).toContain(
      words,
    );
    expect(readFileSync(out, "utf8")).toContain("r{rank}-s{seed}");
    expect(flat((await cliHere(["plan", "--results", pattern, "--score", "near"])).stderr)).toContain(words);
    const json = JSON.parse((await cliHere(["verdict", pattern, "--score", "match", "--json"])).stdout);
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
      JSON.parse((await cliHere(["verdict", pattern, "--json", ...flags])).stdout);
    expect(await read("--score", "acc")).toMatchObject({
      metric: "accuracy",
      examples: 20,
      evidence: { runs: 2 },
    });
    expect(await read("--metric", "eval_loss")).not.toHaveProperty("evidence");
  });

  test("may be of several paths", async () => {
    const paths = ["r4-s1", "r16-s1"].map((run) => join(fixtures, "inspect", run));
    const { stdout } = await cliHere(["verdict", ...paths, "--score", "near", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ seeds: 1, examples: 20, evidence: { runs: 2 } });
  });

  test("of plain outcomes in one file says nothing of where they are from", async () => {
    const file = join(temporaryFolder(), "outcomes.csv");
    writeFileSync(file, "rank,seed,example,correct\n4,1,a,1\n4,1,b,0\n8,1,a,1\n8,1,b,1\n");
    expect(JSON.parse((await cliHere(["verdict", file, "--json"])).stdout)).not.toHaveProperty("evidence");
  });
});
