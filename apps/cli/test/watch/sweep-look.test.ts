import { join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { SweepLook, type View } from "../../src/commands/watch/sweep-look.ts";
import type { Queues } from "../../src/executors/queues.ts";
import { watchedSweep } from "../watched-sweep.ts";

function stateOf(view: View) {
  if (view.kind === "report") throw new Error("the sweep is done");
  return view.state;
}

test("a look is the one before until a file says otherwise, or ten seconds have gone", async () => {
  const { out, start, finish, complete } = watchedSweep();
  const look = new SweepLook(out);
  const first = look.view(0);
  expect(look.view(9_999)).toBe(first);
  expect(look.view(10_000)).not.toBe(first);
  expect(stateOf(first)).toMatchObject({ phase: "running", done: 0, total: 6 });
  const log = start();
  expect(stateOf(look.view())).toMatchObject({ phase: "running", done: 0, total: 6 });
  log.event({ kind: "step", step: 1, steps: 4, loss: 0.5 });
  log.event({ kind: "step", step: 2, steps: 4, loss: 0.25 });
  const [running] = stateOf(look.view()).trials;
  expect(running).toMatchObject({
    state: "running",
    step: 2,
    losses: [
      [1, 0.5],
      [2, 0.25],
    ],
  });
  await finish(6);
  const { secondsLeft, secondsSpent, trials, results } = stateOf(look.view());
  expect(secondsLeft).toBeUndefined();
  expect(trials.every(({ state }) => state === "done")).toBe(true);
  expect(secondsSpent).toBeGreaterThan(0);
  const seconds = results!.trials.map(({ measured }) => measured.seconds.total);
  expect(secondsSpent).toBeCloseTo(
    seconds.reduce((sum, each) => sum + each, 0),
    9,
  );
  complete();
  const report = look.view();
  expect(report.kind).toBe("report");
  expect(look.view(Date.now() + 1e9)).toBe(report);
});

test("a trial says why it waits, failed or was lost as the status does, when the queue's answer changes too", () => {
  const { out, plan, start } = watchedSweep();
  const [, waiting] = plan.specs.map(trialId);
  let queues: Queues = { jobs: [], problems: [] };
  const look = new SweepLook(out, () => queues);
  const log = start();
  log.event({ kind: "step", step: 1, steps: 4, loss: 0.5 });
  log.end({ kind: "ended", reason: "exited with code 1; it last printed:\nOut of disk" });
  const before = look.view(0);
  expect(stateOf(before).problems).toEqual([
    { words: "r2-s1 failed: attempt 1, exited with code 1; it last printed: Out of disk" },
  ]);
  expect(look.view(0)).toBe(before);
  const job = { trialId: waiting!, jobId: "70_1", state: "queued", reason: "Resources" };
  queues = { jobs: [job], problems: ["Redis does not answer"] };
  expect(stateOf(look.view(0))).toMatchObject({
    trials: { 1: { state: "waiting", why: "queued, Resources" } },
    problems: { 1: { words: "Redis does not answer" } },
  });
});

test("of a race it has what the last look decided, and says when the next one is", async () => {
  const seeds = Array.from({ length: 8 }, (_, i) => i);
  const { out, finish } = watchedSweep({ method: "race", seeds });
  const look = new SweepLook(out);
  const [first, second] = [3, 4]; // seeds of the looks
  expect(stateOf(look.view())).toMatchObject({ results: { sweep: { method: "race" } }, nextLook: first });
  expect(stateOf(look.view()).results?.decision).toBeUndefined();
  await finish(2 * first);
  const { results: { decision } = {}, nextLook } = stateOf(look.view());
  expect(decision?.race?.looks.map((one) => one.seeds)).toEqual([first]);
  expect(nextLook).toBe(decision?.race?.stopped === undefined ? second : undefined);
});

test("a folder in which nothing has begun is being prepared", () => {
  const out = temporaryFolder();
  expect(stateOf(new SweepLook(join(out, "later")).view())).toMatchObject({
    name: "later",
    phase: "preparing",
  });
});

test("a rank can be stopped while something of it is left, and of what nobody runs where its jobs wait", async () => {
  const { out, plan, finish, release } = watchedSweep({ seeds: [1] });
  const jobs = plan.specs.map((spec) => ({ trialId: trialId(spec), jobId: "70_1", state: "queued" }));
  let queues: Queues = { jobs: [], problems: [] };
  const look = new SweepLook(out, () => queues);
  expect(stateOf(look.view())).toMatchObject({ phase: "running", stoppable: [2, 8] });
  await finish(1);
  expect(stateOf(look.view()).stoppable).toEqual([8]);
  release();
  expect(stateOf(look.view())).toMatchObject({
    ...{ phase: "stopped", stoppable: [], resume: `lorank sweep --out ${out}` },
  });
  queues = { jobs, problems: [] };
  expect(stateOf(look.view()).stoppable).toEqual([8]);
});
