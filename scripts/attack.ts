/**
 * `npm run attack -- --count 1000 --seed 1` attacks every reader of files and prints what came of it; `--nightly` takes the
 * counts of scripts/attack/counts.ts, or a `--share` of them. Each package runs in a process of its own, so that a mutant which ends it or holds it
 * up is known too. `--only TARGET` and `--at NUMBER` read one again; `--only` may be given more than once.
 */
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { libraryTargets } from "../apps/cli/test/cuda/attack-targets.ts";
import { settingsTargets } from "../apps/cli/test/settings/attack-targets.ts";
import { fileTargets } from "../packages/checkpoint/test/attack-targets.ts";
import { outcomeTargets } from "../packages/evidence/test/readers/attack-targets.ts";
import { resultsTargets } from "../packages/evidence/test/schema/attack-targets.ts";
import { sweepTargets } from "../packages/sweep/test/attack-targets.ts";
import { tableTargets } from "../packages/train/test/data/attack-targets.ts";
import { modelTargets } from "../packages/train/test/helpers/attack-targets.ts";
import { again, attack, made, type Tally, type TargetsIn } from "./attack/attack.ts";

/** Far above what a batch of mutants takes on the busiest machine: a process that has not gone on by then is ended. */
const MOST_SECONDS_WITHOUT_NEWS = 600;
const HEAP_MEGABYTES = 1024;

const groups: Readonly<Record<string, TargetsIn>> = {
  "weights and adapters": fileTargets,
  "model files": modelTargets,
  "data tables": tableTargets,
  outcomes: outcomeTargets,
  sweeps: sweepTargets,
  "results.json": resultsTargets,
  settings: settingsTargets,
  "shared libraries": libraryTargets,
};

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    nightly: { type: "boolean", default: false },
    share: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    only: { type: "string", multiple: true, default: [] },
    at: { type: "string" },
    group: { type: "string" },
  },
});
const { only, group } = values;
const [count, seed, first, last] = [
  values.count,
  values.seed,
  ...(values.at === undefined ? [] : [values.at.split("-")[0]!, values.at.split("-").at(-1)!]),
].map((text) => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(
    `--count, --seed and --at must be whole numbers, --at or two of them as in 3-5, got ${text}`,
  );
}) as [number, number, number?, number?];
const share = Number(values.share);
if (!(share > 0 && share <= 1)) throw new Error(`--share must be above 0 and at most 1, got ${values.share}`);
const range = first === undefined ? undefined : ([first, last! + 1] as const);

type Place = { readonly target: string; readonly start: number; readonly end: number };
type News = Place | { readonly tally: Tally };

if (group === undefined) process.exitCode = await attackAll();
else await attackGroup(groups[group]!);

/** In a child: what happens is written as lines of JSON at once, so that they are out before a crash. */
async function attackGroup(targetsIn: TargetsIn): Promise<void> {
  const send = (message: News) => writeSync(3, `${JSON.stringify(message)}\n`);
  const onMutants = (target: string, start: number, end: number) => send({ target, start, end });
  const options = { count: values.nightly ? ("nightly" as const) : count, share, seed, range, onMutants };
  for (const target of made(targetsIn)) {
    if (only.length === 0 || only.includes(target.name)) send({ tally: await attack(target, options) });
  }
}

async function attackAll(): Promise<number> {
  const start = performance.now();
  console.log(
    "| target | tried | accepted | refused | failed | seconds |\n| --- | ---: | ---: | ---: | ---: | ---: |",
  );
  let [targets, failed] = [0, 0];
  const onTally = ({ target, tried, accepted, refused, failed: wrong, seconds }: Tally): void => {
    const share = Math.round((100 * accepted) / Math.max(1, tried));
    console.log(
      `| ${target} | ${tried} | ${accepted} (${share} %) | ${refused} | ${wrong} | ${seconds.toFixed(0)} |`,
    );
    targets++;
    failed += wrong;
  };
  for (const [name, targetsIn] of Object.entries(groups)) {
    if (only.length > 0 && !made(targetsIn).some((target) => only.includes(target.name))) continue;
    const broken = await inChild(name, process.argv.slice(2), onTally);
    if (broken === undefined) continue;
    failed++;
    console.error(await brokenBy(name, broken));
  }
  if (targets + failed === 0) throw new Error(`--only must be the name of a target, got ${only.join(", ")}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`\nseed ${seed}, ${seconds} s, Node ${process.versions.node}: ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

interface Broken {
  readonly end: string;
  readonly place: Place | undefined;
}

/** Returns among which mutants the process ended or stood still, if it did. */
async function inChild(
  name: string,
  given: readonly string[],
  onTally: (tally: Tally) => void = () => {},
): Promise<Broken | undefined> {
  const own = [...process.execArgv, `--max-old-space-size=${HEAP_MEGABYTES}`];
  const args = [...own, fileURLToPath(import.meta.url), ...given, "--group", name];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  let place: Place | undefined;
  const stop = () => child.kill("SIGKILL");
  const watch = setTimeout(stop, MOST_SECONDS_WITHOUT_NEWS * 1000);
  const ended = new Promise<string>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? `code ${code}`));
  });
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    watch.refresh();
    const news = JSON.parse(line) as News;
    if ("tally" in news) onTally(news.tally);
    else place = news;
  }
  const end = await ended;
  clearTimeout(watch);
  return end === "code 0" ? undefined : { end, place };
}

/** Reads the batch that a process ended in again, one mutant after another. */
async function brokenBy(name: string, { end, place }: Broken): Promise<string> {
  if (place === undefined) return `${name} ended with ${end}, before its first mutant`;
  const { target, start, end: behind } = place;
  const given = ["--only", target, "--seed", `${seed}`, "--at", `${start}-${behind - 1}`];
  const broken = await inChild(name, given);
  if (broken?.place === undefined)
    return `${name} ended with ${end}, among mutants ${start} to ${behind - 1} of ${target}, but not again`;
  return `${name} ended with ${broken.end}, ${again(target, seed, broken.place.start)}`;
}
