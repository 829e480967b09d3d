/**
 * What an executor costs beside the trials: the time from a trial's end to the start of the next in its slot, and the share
 * of time in which slots that had work to come were idle.
 *
 *     node --conditions=@lorank/source --import tsx bench/executor-overhead.ts local|slurm|<module> [--trials 200]
 *       [--seconds 5] [--slots 4]
 *
 * A module exports `executorUnderTest` (an `ExecutorUnderTest` of test/helpers/contract-scene.ts). The trials wait; they do
 * not compute. Slurm needs what bench/slurm-failures.ts needs.
 */
import { readFileSync, rmSync } from "node:fs";
import { cpus, release } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { buildContract, type ExecutorUnderTest, Scene } from "../test/helpers/contract-scene.ts";
import { SlurmCluster } from "../test/helpers/slurm-cluster.ts";
import { slurmUnderTest } from "../test/helpers/slurm-failures.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    trials: { type: "string", default: "200" },
    seconds: { type: "string", default: "5" },
    slots: { type: "string", default: "4" },
  },
});
const [name = "local"] = positionals;
const [trials, seconds, slots] = [values.trials, values.seconds, values.slots].map(Number) as [
  number,
  number,
  number,
];

const known: Readonly<Record<string, ExecutorUnderTest>> = {
  local: { module: fileURLToPath(new URL("../test/helpers/local-executor-module.ts", import.meta.url)) },
  slurm: {
    ...slurmUnderTest,
    setUp: async () => {
      const cluster = await SlurmCluster.start({ nodes: 2, cpus: Math.ceil(slots / 2) });
      return { settings: {}, tearDown: () => cluster.stop() };
    },
  },
};
const under =
  known[name] ??
  ((await import(pathToFileURL(resolve(name)).href)) as { executorUnderTest: ExecutorUnderTest })
    .executorUnderTest;

process.execArgv.splice(0); // the bundles are plain JavaScript
const dist = await buildContract(under);
const servers = (await under.setUp?.(dist)) ?? {};
const seeds = Array.from({ length: trials }, (_, seed) => seed);
const scene = new Scene(dist, servers, { seeds, trialsAtOnce: slots });
process.env.LORANK_BENCH_SECONDS = String(seconds);
try {
  const begun = Date.now();
  const { finished } = await scene.run();
  const wall = (Date.now() - begun) / 1000;
  const runs = scene.ids.flatMap((id) => scene.store.attempts(id)).map(({ folder }) => timesIn(folder));
  console.log(
    JSON.stringify({
      executor: name,
      trials,
      seconds,
      slots,
      ...figures(runs),
      wall,
      finished: finished.length,
    }),
  );
  console.log(
    `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Linux ${release()}, Node ${process.version}`,
  );
} finally {
  await scene.close();
  await servers.tearDown?.();
  rmSync(dirname(dist), { recursive: true, force: true });
}

interface Run {
  readonly start: number;
  readonly end: number;
}

/** When a trial's process began its attempt, and when it committed: its first and its last line. */
function timesIn(folder: string): Run {
  const lines = readFileSync(join(folder, "log.jsonl"), "utf8").trimEnd().split("\n");
  const [start, end] = [lines[0]!, lines.at(-1)!].map((line) => Date.parse(JSON.parse(line).time));
  return { start: start!, end: end! };
}

/** Each trial takes the slot that has been free for longest; a slot that gets no trial any more is not idle. */
function figures(runs: readonly Run[]) {
  const ordered = runs.toSorted((a, b) => a.start - b.start);
  const freeSince: number[] = [];
  const gaps: number[] = [];
  for (const { start, end } of ordered) {
    if (freeSince.length >= slots) gaps.push(start - freeSince.sort((a, b) => a - b).shift()!);
    freeSince.push(end);
  }
  const busy = ordered.slice(slots).reduce((sum, { start, end }) => sum + end - start, 0);
  const idle = gaps.reduce((sum, gap) => sum + gap, 0);
  const sorted = gaps.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / 1000;
  return { gapMedian: at(0.5), gap90: at(0.9), gapMost: at(1), idleShare: idle / (idle + busy) };
}
