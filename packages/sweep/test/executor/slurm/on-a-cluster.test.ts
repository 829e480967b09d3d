/** What only a real Slurm can show of the executor, beside the contract that all executors keep. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { batchesOf, endPath } from "../../../src/executor/slurm/batch.ts";
import { type SlurmJob, SlurmQueue } from "../../../src/executor/slurm/jobs.ts";
import type { SlurmOptions } from "../../../src/executor/slurm/options.ts";
import { findDisagreements } from "../../../src/store/commit-result.ts";
import type { ExecutorModule } from "../../helpers/contract-driver.ts";
import { buildContract, isAlive, Scene, type SceneOptions } from "../../helpers/contract-scene.ts";
import { misbehaving } from "../../helpers/fake-trainer.ts";
import { SlurmCluster, whyNoSlurm } from "../../helpers/slurm-cluster.ts";
import { slurmUnderTest } from "../../helpers/slurm-failures.ts";
import { staged } from "../../helpers/staged.ts";
import { until } from "../../helpers/sweep-process.ts";

const skip = whyNoSlurm();
const nobody = () => {};

describe.skipIf(skip !== undefined)(`on a cluster${skip ? ` (skipped: ${skip})` : ""}`, () => {
  let cluster: SlurmCluster;
  let dist: string;
  let nodeOptions: string[] = [];
  beforeAll(async () => {
    nodeOptions = process.execArgv.splice(0);
    dist = await buildContract(slurmUnderTest);
    cluster = await SlurmCluster.start();
  });
  afterAll(async () => {
    await cluster?.stop();
    process.execArgv.push(...nodeOptions);
    rmSync(dirname(dist), { recursive: true, force: true });
  });

  function scene({ onTestFinished }: TestContext, options: SceneOptions, settings: SlurmOptions = {}): Scene {
    const made = new Scene(dist, { settings: { pollSeconds: 0.5, ...settings } }, options);
    onTestFinished(async () => {
      await new SlurmQueue(made.store.out).cancel().catch(nobody);
      await made.close();
    });
    return made;
  }

  describe("with both nodes", { concurrent: true }, () => {
    test("a trial near its time limit goes on in a new allocation, from what it left", async (context) => {
      const s = scene(context, { seeds: [staged.firstWaits] }, { sbatch: { time: 60 } });
      const running = s.run();
      await s.waits();
      mkdirSync(join(s.store.attempts(s.ids[0]!)[0]!.folder, "resume"));
      // Slurm sends it 2 minutes before the limit. With a limit of 2 minutes it may come before the trial has begun.
      const [job] = await new SlurmQueue(s.store.out).jobs();
      cluster.command("scancel", ["--batch", "--signal=USR1", job!.jobId]);
      expect(await running).toEqual({ finished: s.ids, failed: [] });
      expect(s.kinds()).toEqual(["started", "started", "finished"]);
      const [batch] = batchesOf(s.store.out);
      expect(JSON.parse(readFileSync(endPath(batch!, 0), "utf8")).reason).toMatch(/exited with code 0/);
    });

    test("a run that stops leaves its jobs, and the next one takes them up", async (context) => {
      const stop = new AbortController();
      const said: string[] = [];
      const s = scene(context, { seeds: [staged.firstWaits, 0], signals: { stop: stop.signal } });
      const { startExecutor } = (await import(
        pathToFileURL(join(dist, "executor-under-test.js")).href
      )) as ExecutorModule;
      const report = (sentence: string) => said.push(sentence);
      const executor = await startExecutor({ pollSeconds: 0.5, report } as never)(s.place, {
        trialsAtOnce: 2,
      });
      const waiting = s.ids.find((id) => s.store.readSpec(id).seed === staged.firstWaits)!;
      const { ended, cancel } = executor.submit(s.train(waiting), nobody);
      const [pid] = await s.started(waiting);
      await s.waits();
      cancel("stop");
      expect((await ended).reason).toBe("its job was left in Slurm's queue");
      await executor.close?.();
      expect(isAlive(pid!)).toBe(true);
      expect(said.join()).toContain("`lorank cancel` ends them");

      const driver = await s.driver();
      await until(
        () => s.ids.filter((id) => id !== waiting).every((id) => s.store.isDone(id)),
        "the other is done",
      );
      writeFileSync(join(s.desk, "go"), "");
      expect(await driver.ended).toMatchObject({ code: 0 });
      expect(s.store.attempts(waiting)).toHaveLength(1);
      expect(isAlive(pid!)).toBe(false);
    });

    test("what is cancelled from elsewhere is not submitted again by the run that waits for it", async (context) => {
      const s = scene(context, { seeds: [misbehaving.takesForever, 0] });
      const running = s.run();
      const endless = s.ids.find((id) => s.store.readSpec(id).seed === misbehaving.takesForever)!;
      const [pid] = await s.started(endless);
      expect((await new SlurmQueue(s.store.out).cancel([endless])).map(({ state }) => state)).toEqual([
        "running",
      ]);
      const { finished, failed } = await running;
      expect(finished).toEqual(s.ids.filter((id) => id !== endless));
      expect(failed).toEqual([
        { trialId: endless, message: "failed after 1 attempt: its job was cancelled with lorank cancel" },
      ]);
      await until(() => !isAlive(pid!), "the process is gone");
    });

    test("scancel by hand is the end of a trial too", async (context) => {
      const s = scene(context, { seeds: [misbehaving.takesForever] });
      const running = s.run();
      await s.started();
      const [job] = await new SlurmQueue(s.store.out).jobs();
      cluster.command("scancel", [job!.jobId]);
      expect((await running).failed[0]!.message).toMatch(
        /^failed after 1 attempt: its job .* was cancelled in Slurm/,
      );
    });

    test("a held job is explained, and runs after the advised command", async (context) => {
      const s = scene(context, { seeds: [0] }, { sbatch: { hold: true } });
      const running = s.run();
      const job = await firstJob(s, ({ state }) => state === "held");
      const { words, command } = job.advice!;
      expect(words).toBe("somebody holds this job");
      cluster.command("scontrol", command!.split(" ").slice(1));
      expect(await running).toEqual({ finished: s.ids, failed: [] });
    });

    test("what Slurm refuses is an error in its words, once", async (context) => {
      const s = scene(context, { seeds: [0] }, { sbatch: { partition: "no-such-partition" } });
      const { failed } = await s.run();
      expect(failed[0]!.message).toMatch(
        /^failed after 1 attempt: sbatch refused it: .*invalid partition specified: no-such-partition/,
      );
    });

    test("a forced second process at once leaves one result and an equal duplicate", async (context) => {
      const s = scene(context, { seeds: [staged.meets] });
      const running = s.run();
      await s.started();
      const [batch] = batchesOf(s.store.out);
      // As a node that was cut off and came back: the task's own script, once more.
      const script = join(batch!.folder, "script.sh");
      cluster.command("sbatch", ["--array=0", `--chdir=${batch!.folder}`, "--output=/dev/null", script]);
      expect(await running).toEqual({ finished: s.ids, failed: [] });
      await until(() => s.store.finishedAttempts(s.ids[0]!).length === 2, "both have ended");
      expect(s.store.readResults()).toHaveLength(1);
      expect(findDisagreements(s.store, s.ids[0]!)).toEqual([]);
    });
  });

  test("a controller that is away when work is handed over gets it when it is back", async (context) => {
    const said: string[] = [];
    const s = scene(context, { seeds: [0, 1] });
    const { startExecutor } = (await import(
      pathToFileURL(join(dist, "executor-under-test.js")).href
    )) as ExecutorModule;
    const report = (sentence: string) => said.push(sentence);
    const executor = await startExecutor({ pollSeconds: 0.5, report } as never)(s.place, { trialsAtOnce: 2 });
    await cluster.killController();
    const submitted = s.ids.map((id) => executor.submit(s.train(id), nobody));
    await until(() => said.length > 0, "the driver has noticed");
    expect(said).toEqual(["Slurm's controller does not answer; the sweep goes on when it does"]);
    cluster.startController();
    await Promise.all(submitted.map(({ ended }) => ended));
    await executor.close?.();
    expect(s.ids.every((id) => s.store.isDone(id))).toBe(true);
    expect(batchesOf(s.store.out)).toHaveLength(1);
  });

  // Last: a controller that is killed after it may come back with the nodes drained, as it saved them before.
  test("drained nodes are explained, and jobs run after the advised commands", async (context) => {
    const s = scene(context, { seeds: [0] });
    const states = () => cluster.command("sinfo", ["--noheader", "--Node", "--format=%T"]).trim().split("\n");
    await until(() => states().every((state) => state === "idle"), "the jobs before have left the nodes");
    for (const node of cluster.nodes)
      cluster.command("scontrol", ["update", `nodename=${node}`, "state=drain", "reason=bad disk"]);
    const running = s.run();
    const job = await firstJob(s, ({ advice }) => advice !== undefined);
    expect(job).toMatchObject({
      state: "queued",
      advice: { words: expect.stringMatching(/^n1 is drained \(bad disk\), n2 is drained \(bad disk\)/) },
    });
    const [, ...args] = job.advice!.command!.split(" ");
    cluster.command("scontrol", args);
    expect(await running).toEqual({ finished: s.ids, failed: [] });
  });
});

/** Waits until the first job of a scene is as it must be. */
async function firstJob({ store }: Scene, is: (job: SlurmJob) => boolean): Promise<SlurmJob> {
  for (;;) {
    const [job] = await new SlurmQueue(store.out).jobs();
    if (job !== undefined && is(job)) return job;
    await delay(100);
  }
}
