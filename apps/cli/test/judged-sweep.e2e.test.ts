import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "@lorank/evidence/results";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";

const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");
const cwd = temporaryFolder();
const colours = "red blue green pink black white gold grey".split(" ");
const rows = Array.from({ length: 48 }, (_, i) => {
  const colour = colours[(i * 5) % 8]!;
  return { prompt: `${i} say ${colour} twice`, response: `${colour} ${colour}` };
});
writeFileSync(join(cwd, "say.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
const data = [
  "--model",
  "starter",
  "--data",
  "say.jsonl",
  "--task",
  "instruction",
  "--validation-examples",
  "16",
];

test("trials answer, a metric judges, and results and report have it", async () => {
  const settings = ["--metric", "contains", "--max-new-tokens", "6", "--ranks", "1,2", "--seeds", "2"];
  const some = ["--epochs", "0.3", "--threads", "1", "--out", "out"];
  const run = await cliHere(["sweep", ...data, ...settings, ...some], { cwd });
  expect(run.code, run.stderr).toBe(0);
  const results = JSON.parse(readFileSync(join(cwd, "out/results.json"), "utf8")) as Results;
  expect(results.data.questions).toHaveLength(16);
  expect(results.data.questions![0]!.prompt).toMatch(/^\d+ say \w+ twice$/);
  for (const { evaluation } of results.trials) {
    expect(evaluation!.answers).toHaveLength(16);
    results.data.questions!.forEach(({ reference }, i) => {
      expect(evaluation!.correct[i]).toBe(evaluation!.answers![i]!.text.includes(reference) ? 1 : 0);
    });
  }
  expect(results.untouchedBase!.answers).toHaveLength(16);
  const report = readFileSync(join(cwd, "out/report.html"), "utf8");
  expect(report).toContain('<section id="answers"');
  expect(report).toContain("<dt>untouched base</dt>");

  const again = await cliHere(
    ["judge", "out", "--metric", "contains", "--metric", "rouge-n", "-o", "o.csv"],
    {
      cwd,
    },
  );
  expect(again.code).toBe(0);
  const outcomes = readFileSync(join(cwd, "o.csv"), "utf8").trim().split("\n");
  expect(outcomes[0]).toBe("rank,seed,example,correct");
  expect(outcomes.slice(1).map((row) => Number(row.split(",")[3]))).toEqual(
    results.trials.flatMap(({ evaluation }) => evaluation!.correct),
  );
});

test("a judge in a file decides, what it leaves out of one run is left out of all, and it must stay as it is", async () => {
  const judge = join(cwd, "judge.js");
  // 16 prompts; those of which the number ends in 3 are left out.
  const body = "/^\\d*3 /.test(prompt) ? null : answer.length % 2";
  writeFileSync(judge, `export default (prompt, answer) => ${body};\n`);
  const settings = ["--metric", "file:judge.js", "--max-new-tokens", "3", "--ranks", "1,2", "--seeds", "1"];
  const flags = ["sweep", ...data, ...settings, "--epochs", "0.2", "--threads", "1", "--out", "judged"];
  const run = await cliHere(flags, { cwd });
  expect(run.code, run.stderr).toBe(0);
  const sha256 = sha256Of(readFileSync(judge, "utf8"));
  const results = JSON.parse(readFileSync(join(cwd, "judged/results.json"), "utf8")) as Results;
  const leftOut = results.data.questions!.map(({ prompt }) => /^\d*3 /.test(prompt));
  const count = leftOut.filter(Boolean).length;
  expect(count).toBeGreaterThan(0);
  for (const { spec, evaluation } of results.trials) {
    expect(spec).toMatchObject({ answers: { metric: "file:judge.js", sha256 } });
    expect(evaluation!.answers!.map((answer) => answer.leftOut ?? false)).toEqual(leftOut);
  }
  expect(results.decision.examples).toBe(16 - count);

  // Settings of another user that do not say what judges: the sweep does.
  const settingsFile = join(cwd, "judged/settings.json");
  const saved = JSON.parse(readFileSync(settingsFile, "utf8"));
  const { metric: _, ...others } = saved.settings;
  writeFileSync(settingsFile, JSON.stringify({ ...saved, settings: others }));
  vi.spyOn(process, "getuid").mockReturnValue(4242);
  const evaluated = await cliHere(["eval", "judged", "--adapter", "judged/adapters/r1"], { cwd });
  expect(evaluated.stderr.replace(/\s+/g, " ")).toContain("what it names is run as you: file:judge.js");
  expect(evaluated.code).toBe(0);
  writeFileSync(settingsFile, JSON.stringify(saved));

  writeFileSync(judge, "export default () => 1;\n");
  const changed = await cliHere(flags, { cwd });
  expect(changed).toMatchObject({ code: 2, stderr: expect.stringContaining("answers.sha256") });
});

test.each([[["plan", "plan.yaml"]], [["sweep", "plan.yaml", "--dry-run"]]])(
  "lorank %j reads the judge's bytes, and runs nothing of it",
  async (line) => {
    const [judge, marker] = [join(cwd, "marking.js"), join(cwd, "it-ran")];
    const source = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "");\nmodule.exports = () => 1;\n`;
    writeFileSync(judge, source);
    const settings = `model: starter\ndata: say.jsonl\ntask: instruction\nvalidation-examples: 16\nmetric: file:marking.js\n`;
    writeFileSync(join(cwd, "plan.yaml"), `${settings}ranks: [1, 2]\nseeds: 2\n`);
    const run = await cliHere([...line, "--json"], { cwd });
    expect([run.code, existsSync(marker)], run.stderr).toEqual([0, false]);
    expect(run.stdout).toContain(sha256Of(source));
  },
);

test("a judge that is not there is found without running one", async () => {
  const run = await cliHere(["plan", ...data, "--metric", "file:no.js"], { cwd });
  expect(run.stderr).toContain("no.js must be a file that can be read, got the error ENOENT");
  expect(run.code).toBe(2);
});

writeFileSync(join(cwd, "constant.js"), "export default 1;");
writeFileSync(join(cwd, "seven.js"), "export default () => 7;");

test("a judge that returns 7 ends the sweep before anything is trained", async () => {
  const run = await cliHere(
    ["sweep", ...data, "--metric", "file:seven.js", "--max-new-tokens", "1", "--out", "7"],
    {
      cwd,
    },
  );
  expect(run.stderr.replace(/\s+/g, " ")).toContain(
    "seven.js must return a number from 0 to 1, or null, for example 0, got 7",
  );
  expect(run.code).toBe(3);
  expect(readdirSync(join(cwd, "7/results"))).toEqual([]);
});

test.each<[string[], string]>([
  [["--metric", "file:no.js"], "no.js must be a module whose default export is a function, got the error"],
  [
    ["--metric", "file:constant.js"],
    "constant.js must be a module whose default export is a function, got 1",
  ],
  [["--metric", "file:seven.js", "--method", "probe"], "method must be grid or race with a judge in a file"],
])("a judge that cannot be one ends the sweep with 2, and nothing is written: %j", async (flags, message) => {
  const before = readdirSync(cwd);
  const run = await cliHere(["sweep", ...data, ...flags, "--out", "no"], { cwd });
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(readdirSync(cwd)).toEqual(before);
});
