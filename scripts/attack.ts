/**
 * `npm run attack -- --count 1000 --seed 1` attacks every reader of files and prints what came of it. Each package runs in a
 * process of its own, so that a mutant which ends it or holds it up is known too. `--only TARGET` and `--at NUMBER` read one again.
 */
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { settingsTargets } from "../apps/cli/test/settings/attack-targets.ts";
import { resultsTargets } from "../packages/core/test/results/attack-targets.ts";
import { outcomeTargets } from "../packages/sweep/test/outcomes/attack-targets.ts";
import { tableTargets } from "../packages/train/test/data/attack-targets.ts";
import { modelTargets } from "../packages/train/test/helpers/attack-targets.ts";
import { again, attack, type Tally, type TargetsIn } from "./attack/attack.ts";

/** Far above what a mutant may take: a process that has not gone on by then is ended. */
const MOST_SECONDS_WITHOUT_NEWS = 30;
const HEAP_MEGABYTES = 1024;

const groups: Readonly<Record<string, TargetsIn>> = {
  "model files": modelTargets,
  "data tables": tableTargets,
  outcomes: outcomeTargets,
  "results.json": resultsTargets,
  settings: settingsTargets,
};

const number = (default_: string) => ({ type: "string", default: default_ }) as const;
const { values } = parseArgs({
  options: {
    count: number("1000"),
    seed: number("1"),
    only: { type: "string" },
    at: { type: "string" },
    group: { type: "string" },
  },
});
const { only, at, group } = values;
const [count, seed, index] = [values.count, values.seed, at ?? "0"].map((text) => {
  if (!/^\d+$/.test(text)) throw new Error(`--count, --seed and --at must be whole numbers, got ${text}`);
  return Number(text);
}) as [number, number, number];

if (group === undefined) process.exitCode = await attackAll();
else await attackGroup(groups[group]!);

/** In a child: what happens is written as lines of JSON at once, so that they are out before a crash. */
async function attackGroup(targetsIn: TargetsIn): Promise<void> {
  const send = (message: News) => writeSync(3, `${JSON.stringify(message)}\n`);
  const onMutant = (target: string, at: number) => send({ target, at });
  const options = { count, seed, only, onMutant, ...(at === undefined ? {} : { at: index }) };
  for (const tally of await attack(targetsIn, options)) send({ tally });
}

type News = { readonly target: string; readonly at: number } | { readonly tally: Tally };

async function attackAll(): Promise<number> {
  const start = performance.now();
  const rows: string[][] = [["target", "tried", "accepted", "refused", "failed"]];
  let failed = 0;
  for (const name of Object.keys(groups)) {
    const { tallies, broken } = await inChild(name);
    for (const { target, tried, accepted, refused, failures } of tallies)
      rows.push([target, ...[tried, accepted, refused, failures.length].map(String)]);
    failed += tallies.reduce((sum, { failures }) => sum + failures.length, 0);
    if (broken === undefined) continue;
    failed++;
    rows.push([name, "stopped", "", "", "1"]);
    console.error(broken);
  }
  if (rows.length === 1) throw new Error(`--only must be the name of a target, got ${only}`);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    console.log(
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    );
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`seed ${seed}, ${seconds} s, Node ${process.versions.node}: ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

/** `broken` says on which mutant the process ended or stood still. */
async function inChild(name: string): Promise<{ tallies: Tally[]; broken: string | undefined }> {
  const own = [...process.execArgv, `--max-old-space-size=${HEAP_MEGABYTES}`];
  const args = [...own, fileURLToPath(import.meta.url), ...process.argv.slice(2), "--group", name];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const tallies: Tally[] = [];
  let last: { readonly target: string; readonly at: number } | undefined;
  const stop = () => child.kill("SIGKILL");
  const watch = setTimeout(stop, MOST_SECONDS_WITHOUT_NEWS * 1000);
  const ended = new Promise<string>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? `code ${code}`));
  });
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    watch.refresh();
    const news = JSON.parse(line) as News;
    if ("tally" in news) tallies.push(news.tally);
    else last = news;
  }
  const end = await ended;
  clearTimeout(watch);
  if (end === "code 0") return { tallies, broken: undefined };
  const where = last === undefined ? "before its first mutant" : again(last.target, seed, last.at);
  return { tallies, broken: `${name} ended with ${end}, ${where}` };
}
