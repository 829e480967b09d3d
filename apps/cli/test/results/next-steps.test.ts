// The next steps of one folder, as every command, page and tool shows them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "@lorank/evidence/results";
import { sweepStatus } from "@lorank/sweep/folder";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { makeResults } from "../../../report/test/fixtures/make-results.ts";
import * as scenes from "../../../report/test/fixtures/scenes.ts";
import { commandsFor } from "../../src/commands/commands.ts";
import { answerOf } from "../../src/commands/mcp/answer.ts";
import { finish } from "../../src/commands/sweep/finish.ts";
import { createOutput, type Output } from "../../src/output.ts";
import { stepsAfter } from "../../src/results/next-steps.ts";
import type { StepDocument } from "../../src/results/steps.ts";
import { runHere } from "../run-here.ts";
import { watchedSweep } from "../watched-sweep.ts";

/** A sweep's folder with these results, in which nothing is left to run. */
async function folderOf(
  results: Results,
  settings: object = { ranks: results.sweep.ranks },
): Promise<string> {
  const { out, finish, complete } = watchedSweep({ ranks: [2], seeds: [1] });
  await finish(1);
  complete();
  writeFileSync(join(out, "results.json"), JSON.stringify(results));
  writeFileSync(join(out, "settings.json"), JSON.stringify({ folder: "/", settings }));
  return out;
}

type Shown = Omit<StepDocument, "kind">;

/** What a command prints, and its document. */
async function shownBy(run: (output: Output) => unknown) {
  const lines: string[] = [];
  let document: { readonly steps?: readonly StepDocument[]; readonly next?: string } = {};
  await run({
    ...createOutput({ noColor: true } as object),
    columns: Number.POSITIVE_INFINITY,
    print: (text = "") => void lines.push(...text.split("\n")),
    note: () => {},
    fail: () => {},
    document: (value) => {
      document = value as typeof document;
    },
  });
  return { steps: inText(lines), document };
}

function inText(lines: readonly string[]): Shown[] {
  const start = lines.findIndex((line) => line.startsWith("Next"));
  const steps: Shown[] = [];
  for (const line of start < 0 ? [] : lines.slice(start)) {
    const words = /^(?:Next: |\d+\. )(.*)/.exec(line)?.[1];
    if (words !== undefined) steps.push({ words });
    const last = steps.pop();
    if (last === undefined) continue;
    const isCommand = /^ {3}lorank sweep (?!with)/.test(line);
    const more = words === undefined ? ` ${line.trim()}` : "";
    steps.push(isCommand ? { ...last, command: line.trim() } : { ...last, words: last.words + more });
  }
  return steps;
}

function inPage(html: string): Shown[] {
  const [, list = ""] = /<div class="next">.*?<ol>(.*?)<\/ol>/s.exec(html) ?? [];
  const text = (piece: string) =>
    piece
      .replace(/<[^>]*>/g, "")
      .replaceAll("&quot;", '"')
      .replaceAll("&lt;", "<")
      .replaceAll("&amp;", "&");
  return [...list.matchAll(/<li>(.*?)(?:<pre>(.*?)<\/pre>.*?)?<\/li>/gs)].map(([, words, command]) => ({
    words: text(words!),
    ...(command === undefined ? {} : { command: text(command) }),
  }));
}

const plain = (steps: readonly StepDocument[] | undefined): Shown[] | undefined =>
  steps?.map(({ kind: _, ...shown }) => shown);

async function fromTool(tool: string, values: object): Promise<Shown[] | undefined> {
  const answer = await answerOf({ tool, values: values as Record<string, unknown> }, commandsFor);
  return plain((answer as { document: { steps: StepDocument[] } }).document.steps);
}

async function reportOf(path: string): Promise<Shown[]> {
  const out = join(temporaryFolder(), "page.html");
  await runHere("report", [path], { out, quiet: true });
  return inPage(readFileSync(out, "utf8"));
}

/** Ends the sweep in a folder, whose trials are done, as `lorank sweep` does. */
function end(out: string, results: Results, output: Output): void {
  const sweep = { out, figuresWords: () => "", learned: {}, portable: false, fitsRandomBase: false };
  const nothing = { adapters: [], unpublished: [], failed: [], disagreements: [], finishedNow: 0 };
  const outcome = { results, ...nothing, interrupted: false };
  const typed = { whole: ["sweep"], resume: ["sweep", "--out", out] };
  const { document, view } = finish({ sweep: sweep as never, outcome, commands: typed, settings: {} });
  output.document(document);
  view?.(output);
}

const stepsIn = (out: string) => stepsAfter(out, sweepStatus(out));

const short = () => makeResults({ ranks: [2, 8], seeds: [0, 1], steps: 6, seedNoise: 0.02 });
const failing = { ranks: [2, 8, 32], seeds: [0, 1, 2, 3], seedNoise: 0.01 };

const states: readonly (readonly [state: string, results: () => Results, kinds: readonly string[]])[] = [
  ["too few steps", short, ["train-longer", "no-design-settles"]],
  ["nothing learned", scenes.nothingLearned, ["check-labels"]],
  ["still rising at the largest rank", scenes.extend, ["try-larger"]],
  ["inconclusive", scenes.inconclusive, ["no-design-settles", "look-larger"]],
  ["indistinguishable", scenes.indistinguishable, ["needed"]],
  [
    "a failed rank",
    () => makeResults({ ...failing, missing: failing.seeds.map((seed) => ({ rank: 32, seed })) }),
    ["run-missing", "leave-out"],
  ],
  ["one seed", scenes.oneSeed, ["needed"]],
  ["the rate decides", scenes.rateDecides, ["search-rate", "needed"]],
  ["adequate", scenes.adequate, ["try-rates"]],
];

test.each(states)(
  "%s: sweep, verdict, report, status and tools show the same steps",
  async (_, make, kinds) => {
    const results = make();
    const out = await folderOf(results);
    const steps = await stepsIn(out);
    const list = plain(steps)!;
    expect(steps.map(({ kind }) => kind)).toEqual(kinds);

    const sweep = await shownBy((output) => end(out, results, output));
    const own = inPage(readFileSync(join(out, "report.html"), "utf8"));
    const verdict = await shownBy((output) => runHere("verdict", [[out]], {}, output));
    const status = await shownBy((output) => runHere("status", [out], {}, output));
    for (const shown of [sweep.steps, own, verdict.steps, status.steps, await reportOf(out)])
      expect(shown).toEqual(list);
    for (const { document } of [sweep, verdict, status]) expect(document.steps).toEqual(steps);
    expect(await fromTool("verdict", { results: [out] })).toEqual(list);
    expect(await fromTool("status", { out })).toEqual(list);
    const next = list.find(({ command }) => command !== undefined)?.command;
    for (const { document } of [sweep, verdict, status]) expect(document.next).toBe(next);
  },
);

test("a sweep that is not at its end asks to go on with it, also where results of before are there", async () => {
  const { out, finish, complete } = watchedSweep();
  await finish(6);
  complete();
  const more = watchedSweep();
  await more.finish(4);
  writeFileSync(join(more.out, "results.json"), readFileSync(join(out, "results.json")));
  expect(await stepsIn(more.out)).toEqual([]); // its process runs
  more.release();
  const words = "Go on with the sweep: 2 of 6 trials have no result yet.";
  const list = [{ words, command: `lorank sweep --out ${more.out}` }];
  const verdict = await shownBy((output) => runHere("verdict", [[more.out]], {}, output));
  const status = await shownBy((output) => runHere("status", [more.out], {}, output));
  for (const shown of [verdict.steps, status.steps, await reportOf(more.out)]) expect(shown).toEqual(list);
});

test("of a table the steps have no commands, and name the rank to add", async () => {
  const rows = [4, 8, 16].flatMap((rank) =>
    [0, 1, 2, 3, 4].map(
      (seed) => `${rank},${seed},${(0.7 + 0.02 * Math.log2(rank) + 0.0003 * ((seed * rank) % 7)).toFixed(4)}`,
    ),
  );
  const table = join(temporaryFolder(), "runs.csv");
  writeFileSync(table, ["rank,seed,accuracy", ...rows, ""].join("\n"));
  const list = [{ words: "Add rank 32 to the sweep, and use rank 16 until then." }];
  const verdict = await shownBy((output) => runHere("verdict", [[table]], {}, output));
  expect(verdict.steps).toEqual(list);
  expect(plain(verdict.document.steps)).toEqual(list);
  expect(await reportOf(table)).toEqual(list);
  expect(await fromTool("verdict", { results: [table] })).toEqual(list);
});

/** The command of the first step of this kind, where the folder was asked for with these settings. */
async function commandIn(
  results: Results,
  kind: string,
  kept?: object,
): Promise<[string | undefined, string]> {
  const out = await folderOf(results, kept);
  return [(await stepsIn(out)).find((step) => step.kind === kind)?.command, out];
}

test("more seeds or a larger rank go on in the folder, which knows the rest", async () => {
  const [larger, out] = await commandIn(scenes.extend(), "try-larger");
  expect(larger).toBe(`lorank sweep --out ${out} --ranks 32 --extend`);
  const [seeds, other] = await commandIn(scenes.oneSeed(), "needed");
  expect(seeds).toMatch(new RegExp(`^lorank sweep --out ${other} --seeds \\d+ --extend$`));
  const [rates, third] = await commandIn(scenes.adequate(), "try-rates");
  expect(rates).toBe(`lorank sweep --out ${third} --robustness --extend`);
});

test("of a sweep that adds seeds until it is settled, the most seeds change", async () => {
  const [seeds] = await commandIn(scenes.oneSeed(), "needed", { until: "settled", "max-seeds": 6 });
  expect(seeds).toMatch(/ --max-seeds \d+ --extend$/);
});

test("other settings make a sweep in a folder that is not there yet, with what was asked for", async () => {
  const kept = { ranks: [4, 8], seeds: 3, epochs: 1, dora: true, data: join(process.cwd(), "my data.csv") };
  const [longer, out] = await commandIn(short(), "train-longer", kept);
  expect(longer).toMatch(
    /^lorank sweep --ranks 4,8 --seeds 3 --dora --data 'my data\.csv' --epochs \d+ --out \S+-2$/,
  );
  mkdirSync(`${out}-2`);
  onTestFinished(() => rmSync(`${out}-2`, { recursive: true }));
  expect((await stepsIn(out))[0]!.command).toContain(`--out ${out}-3`);
});

test("a sweep of a file is made again from the file, with the flags beside it", async () => {
  const path = join(temporaryFolder(), "sweep.yaml");
  writeFileSync(path, "ranks: [4, 8]\n");
  const out = await folderOf(short());
  const keep = (file: object | undefined) =>
    writeFileSync(
      join(out, "settings.json"),
      JSON.stringify({
        folder: "/",
        settings: { ranks: [4, 8], seeds: 2, trainer: { command: ["x"] } },
        file,
      }),
    );
  keep({ path, beside: ["seeds", "out"] });
  expect((await stepsIn(out))[0]!.command).toMatch(
    /^lorank sweep \S+sweep\.yaml --seeds 2 --epochs \d+ --out \S+-2$/,
  );
  keep(undefined); // only a file can name a trainer
  expect((await stepsIn(out))[0]).not.toHaveProperty("command");
});
