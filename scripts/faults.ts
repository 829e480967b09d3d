/**
 * `npm run faults` kills each command before every file-system call that changes something, makes every call fail in each way
 * it can, runs the command again, and prints what came of it. `--sample 20 --seed 1` tries a part, `--only SCENE` one
 * command, `--calls` only lists what it calls.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { startFakeHub } from "../packages/checkpoint/test/helpers/fake-hub.ts";
import { buildPrograms } from "./faults/build.ts";
import { errorsAt, killsOf, sample } from "./faults/points.ts";
import { downloadScene, scenes as localScenes, publishTiny } from "./faults/scenes.ts";
import { type Observed, observe, type Point } from "./faults/strike.ts";

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    strikes: { type: "string", default: "kills,errors" },
    calls: { type: "boolean", default: false },
  },
});
const [count, seed] = [values.sample, values.seed].map((text) => {
  if (!/^\d+$/.test(text)) throw new Error(`--sample and --seed must be whole numbers, got ${text}`);
  return Number(text);
}) as [number, number];
const closing: (() => void)[] = [];
const hub = await startFakeHub((close) => closing.push(close));
publishTiny(hub);
const scenes = [...localScenes, downloadScene(hub)];
const chosen = scenes.filter(({ name }) => values.only === undefined || name.startsWith(values.only));
if (chosen.length === 0)
  throw new Error(`--only must begin one of ${scenes.map(({ name }) => name).join("; ")}`);

const start = performance.now();
const programs = await buildPrograms();
const rows = [["scene", "operations", "kills tried", "failed", "errors tried", "failed"]];
let failures = 0;
try {
  for (const scene of chosen) {
    const observed = await observe(scene, programs);
    const { calls } = observed;
    if (values.calls)
      for (const { nth, kind, name, path } of calls)
        console.log(`${scene.name} ${nth} ${kind} ${name} ${path}`);
    else {
      const kills = values.strikes.includes("kills")
        ? await strikeAll(observed, killsOf(scene, calls))
        : [0, 0];
      const errors = values.strikes.includes("errors") ? await strikeAll(observed, errorsAt(calls)) : [0, 0];
      rows.push([scene.name, ...[calls.length, ...kills, ...errors].map(String)]);
      failures += kills[1]! + errors[1]!;
    }
    observed.remove();
  }
} finally {
  programs.remove();
  for (const close of closing) close();
}
const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
for (const row of rows)
  console.log(
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
  );
const seconds = ((performance.now() - start) / 1000).toFixed(0);
console.log(`seed ${seed}, ${seconds} s, Node ${process.versions.node}: ${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;

/** How many points were tried, and how many failed; each that did is printed. */
async function strikeAll(
  { scene, try: tryAt }: Observed,
  points: readonly Point[],
): Promise<[number, number]> {
  const queue = sample(points, count, seed);
  let [tried, failed] = [0, 0];
  const work = async (): Promise<void> => {
    for (let point = queue.pop(); point !== undefined; point = queue.pop()) {
      const problems = await tryAt(point);
      if (problems === undefined) continue;
      tried++;
      if (problems.length === 0) continue;
      failed++;
      const { call, strike } = point;
      console.error(
        `${scene.name}: ${strike} at ${call.nth}, ${call.name} ${call.path}\n  ${problems.join("\n  ")}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  return [tried, failed];
}
