import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { cliHere } from "./here.ts";

/** Answers of ranks 4 and 16 under two seeds, as LLaMA-Factory writes them; rank 4 is wrong more often. */
function writeRuns(): string {
  const folder = temporaryFolder();
  for (const rank of [16, 4])
    for (const seed of [1, 2]) {
      mkdirSync(join(folder, `runs/r${rank}-s${seed}`), { recursive: true });
      const rows = Array.from({ length: 30 }, (_, i) => ({
        prompt: `${i} + 1 =`,
        predict: (i + seed) % (rank / 2) === 0 ? "" : `That is ${i + 1}.`,
        label: String(i + 1),
      }));
      const text = rows.map((row) => JSON.stringify(row)).join("\n");
      writeFileSync(join(folder, `runs/r${rank}-s${seed}/generated_predictions.jsonl`), text);
    }
  return folder;
}
interface JudgedRun {
  readonly rank: number;
  readonly seed: number;
  readonly empty: number;
  readonly metrics: readonly { readonly mean: number }[];
}

const pattern = "runs/r{rank}-s{seed}/generated_predictions.jsonl";

test("runs of answers become outcomes by the first metric, and verdict reads them", async () => {
  const inFolder = { cwd: writeRuns() };
  const flags = ["--metric", "numeric", "--metric", "regex:a{1,2}", "-o", "outcomes.csv", "--json"];
  const { runs } = JSON.parse((await cliHere(["judge", pattern, ...flags], inFolder)).stdout);
  expect(
    runs.map(({ rank, seed, empty, metrics }: JudgedRun) => [rank, seed, empty, metrics[0]!.mean]),
  ).toEqual([
    [4, 1, 15, 0.5],
    [4, 2, 15, 0.5],
    [16, 1, 3, 0.9],
    [16, 2, 3, 0.9],
  ]);
  const lines = readFileSync(join(inFolder.cwd, "outcomes.csv"), "utf8").split("\n");
  expect([lines.length, ...lines.slice(0, 3)]).toEqual([
    122,
    "rank,seed,example,correct",
    "4,1,1,1",
    "4,1,2,0",
  ]);
  const verdict = await cliHere(["verdict", "outcomes.csv", "--json"], inFolder);
  expect(JSON.parse(verdict.stdout)).toMatchObject({
    examples: 30,
    seeds: 2,
    ranks: [{ rank: 4 }, { rank: 16 }],
  });
});

test("a file alone becomes lines of example and outcome; an example that the judge leaves out has none", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "answers.csv"),
    'id,prompt,answer,reference,finish\n"a,1",p,yes,yes,stop\nb,p,no,yes,stop\nc,p,ye,yes,length\nd,p,,yes,stop\n',
  );
  writeFileSync(
    join(folder, "judge.mjs"),
    "export default async (prompt, answer, reference) => { console.log(prompt); return answer === 'no' ? null : answer === reference ? 1 : 0.5; };",
  );
  const metrics = ["--metric", "file:judge.mjs", "--metric", "equals"];
  const run = await cli(["judge", "answers.csv", ...metrics, "-o", "out.jsonl", "--json"], { cwd: folder });
  expect([run.code, run.stderr]).toEqual([0, "p\np\np\np\n"]);
  expect(JSON.parse(run.stdout)).toEqual({
    runs: [
      {
        file: "answers.csv",
        answers: 4,
        metrics: [
          { metric: "file:judge.mjs", mean: 2 / 3, judged: 3, leftOut: 1, cutBelowOne: 1 },
          { metric: "equals", mean: 0.25, judged: 4, leftOut: 0, cutBelowOne: 1 },
        ],
        empty: 1,
        cut: 1,
      },
    ],
    out: "out.jsonl",
    ...{ examples: 3, leftOut: 1, notes: [] },
  });
  const lines = [
    '{"example":"a,1","correct":1}',
    '{"example":"c","correct":0.5}',
    '{"example":"d","correct":0.5}',
  ];
  expect(readFileSync(join(folder, "out.jsonl"), "utf8")).toBe(`${lines.join("\n")}\n`);
  await cliHere(["judge", "answers.csv", ...metrics, "-o", "out.csv"], { cwd: folder });
  expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe('example,correct\n"a,1",1\nc,0.5\nd,0.5\n');
});

test("an example that is left out of one run is left out of all outcomes", async () => {
  const folder = writeRuns();
  const judge = (examples: string) =>
    `export default (prompt, answer) => (/^(${examples}) /.test(prompt) && answer !== "" ? null : 1);`;
  writeFileSync(join(folder, "some.mjs"), judge("1|12"));
  writeFileSync(join(folder, "all.mjs"), judge("\\d+"));
  const some = await cliHere(["judge", pattern, "--metric", "file:some.mjs", "-o", "o.jsonl"], {
    cwd: folder,
  });
  expect(some.stdout).toContain("Written o.jsonl: 4 runs on 28 examples. 2 examples left out.\n");
  expect(readFileSync(join(folder, "o.jsonl"), "utf8").trim().split("\n")).toHaveLength(4 * 28);
  const all = await cliHere(["judge", pattern, "--metric", "file:all.mjs", "-o", "none.jsonl"], {
    cwd: folder,
  });
  expect(all).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^error: outcomes must have an example that no run leaves out, got none\n$/m,
    ),
  });
  expect(existsSync(join(folder, "none.jsonl"))).toBe(false);
});

test.each([
  [
    ["--metric", "file:seven.mjs"],
    /^error: runs\/r4-s1\/.*: seven\.mjs must return .*, for example 1, got 7\n$/,
  ],
  [
    ["--metric", "file:hangs.mjs", "--timeout", "1s"],
    /^error: runs\/r4-s1\/.*: hangs\.mjs must return .*, for example 1, got no answer within 1 s\n$/,
  ],
])("%j ends with 2, and leaves what was written before", async (flags, message) => {
  const folder = writeRuns();
  writeFileSync(join(folder, "seven.mjs"), "export default () => 7;");
  writeFileSync(join(folder, "hangs.mjs"), "export default () => { for (;;); };");
  writeFileSync(join(folder, "out.csv"), "before");
  const run = await cliHere(["judge", pattern, ...flags, "-o", "out.csv"], { cwd: folder });
  expect(run).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
  expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe("before");
});

test("help names every form of a metric", async () => {
  const [help, refused] = await Promise.all([
    cliHere(["judge", "--help"]),
    cliHere(["judge", "-", "--metric", "x"]),
  ]);
  const forms = /one of (.*), got x/.exec(refused.stderr)![1]!.split(", ");
  expect(forms).toHaveLength(10);
  const words = help.stdout.split(/[\s,;]+/);
  for (const form of forms) expect(words).toContain(form);
});
