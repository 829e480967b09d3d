/**
 * What a look at a sweep costs the process that serves its page: while a trial logs steps, when a trial has ended, and when
 * nothing is new.
 *
 *     node --conditions=@lorank/source --import tsx bench/watch-looks.ts [race|grid [ranks [seeds]]]
 *
 * Trials are toys of 872 validation examples. A race has made four looks. Prints milliseconds of processor
 * time: of the first look, the median of the others, and the share of a core that looks of a sweep that logs steps take.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { planSweep } from "@lorank/sweep";
import { SweepStore, sweepStatus } from "@lorank/sweep/folder";
import { trialId } from "@lorank/train/spec";
import { writeToyTrial } from "../../../packages/sweep/bench/toy-sweep.ts";
import { AttemptLog } from "../../../packages/sweep/src/store/attempt-log.ts";
import { takeLease } from "../../../packages/sweep/src/store/lease.ts";
import { reconcileSweepFile } from "../../../packages/sweep/src/store/reconcile.ts";
import { exampleConfig } from "../../../packages/sweep/test/helpers/example-config.ts";
import { SweepLook } from "../src/commands/watch/sweep-look.ts";

const secondsBetweenLooks = 1.5;
const [method = "race", rankCount = "10", seedCount = "10"] = process.argv.slice(2);
const out = mkdtempSync(join(tmpdir(), "lorank-watch-bench-"));
const counted = (count: string) => Array.from({ length: Number(count) }, (_, i) => i + 1);
const plan = planSweep({
  ...exampleConfig,
  data: { ...exampleConfig.data, validationExamples: 872 },
  ranks: counted(rankCount),
  seeds: counted(seedCount),
  ...(method === "race" ? { method } : {}),
});
const { ranks, seeds } = plan.summary;
reconcileSweepFile(out, plan, false);
const store = new SweepStore(out);
const lease = takeLease(out);
const halfway = method === "race" ? 6 : Math.ceil(seeds.length / 2);
const done = ranks.length * halfway;
for (const spec of plan.specs.slice(0, done)) writeToyTrial(store, spec);
const waiting = sweepStatus(out).trials.filter(({ state }) => state === "waiting");
if (waiting.length === 0) throw new Error("the race has stopped");
const [other, ...next] = plan.specs.filter((spec) => waiting.some((one) => one.trialId === trialId(spec)));
const log = new AttemptLog(store.claimAttempt(store.addSpec(other!)).folder, { threads: 1, device: "cpu" });
const look = new SweepLook(out);

const first = cpuMs(() => look.view());
const again = cpuMs(() => look.view(Date.now() + 20_000));
const steps = counted("20").map((step) => {
  log.event({ kind: "step", step, steps: 1000, loss: 1 / step });
  return cpuMs(() => look.view());
});
const results = next.slice(0, 5).map((spec) => {
  writeToyTrial(store, spec);
  return cpuMs(() => look.view());
});
for (const spec of [...next.slice(5), other!]) writeToyTrial(store, spec);
const block = cpuMs(() => look.view());
const nothing = counted("20").map(() => cpuMs(() => look.view()));

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}; ${method} of ${ranks.length} ranks, ${done} of ${plan.specs.length} trials done`,
);
const share = (100 * median(steps)) / (1000 * secondsBetweenLooks);
console.log(`first look         ${first.toFixed(0)} ms`);
console.log(`the same again     ${again.toFixed(0)} ms`);
console.log(`with a new step    ${median(steps).toFixed(1)} ms, ${share.toFixed(2)} % of a core`);
console.log(`with a new result  ${median(results).toFixed(1)} ms`);
if (method === "race") console.log(`with a whole block ${block.toFixed(0)} ms`);
console.log(`with nothing new   ${median(nothing).toFixed(2)} ms`);
log.end({ kind: "ended", reason: "measured" });
lease.release();
rmSync(out, { recursive: true });

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
