import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { endPath, newBatch, writeEnd } from "../../../src/executor/slurm/batch.ts";
import { adviceFor, SlurmQueue } from "../../../src/executor/slurm/jobs.ts";
import type { QueueEntry } from "../../../src/executor/slurm/queue.ts";
import { submittal, writeBatch } from "../../../src/executor/slurm/submittal.ts";
import type { EnginePlace } from "../../../src/trainers/engine.ts";
import { temporaryFolder } from "../../helpers/example.ts";
import { type Stubs, stubSlurm } from "../../helpers/slurm-stubs.ts";

const ids = ["a", "b", "c", "d"].map((digit) => digit.repeat(64));

/** A batch of four trainings whose queue says these lines, without ids and names. */
function batchWith(stubs: Stubs, lines: readonly string[]) {
  const out = temporaryFolder();
  const place: EnginePlace = { out, resources: { modelPath: "", datasetFile: "", threads: 1 } };
  const batch = newBatch(out);
  const work = ids.map((trialId) => ({ kind: "train", trialId }) as const);
  writeBatch(batch, place, work, submittal(batch, work.length, 3, {}));
  const entries = lines.map((line, i) => {
    const [state, left, node, reason] = line.split("|");
    return `12_${i}|${state}|${left}|${node}|${batch.name}|${reason}`;
  });
  stubs.put("squeue", `cat <<'END'\n${entries.join("\n")}\nEND`);
  stubs.put("scancel", "exit 0");
  stubs.put("sinfo", "echo 'n3|drained|bad disk'; echo 'n4|idle|none'");
  return { out, batch };
}

test("what a folder has in the queue, with state, node, time left and what frees it", async () => {
  const { out } = batchWith(stubSlurm(), [
    "RUNNING|1:00:00|n1|None",
    "PENDING|2:00:00||launch failed requeued held",
    "PENDING|2:00:00||JobHeldUser",
    "PENDING|2:00:00||Nodes required for job are DOWN, DRAINED or reserved",
  ]);
  expect(await new SlurmQueue(out).jobs()).toEqual([
    {
      trialId: ids[0],
      kind: "train",
      jobId: "12_0",
      state: "running",
      slurmState: "RUNNING",
      node: "n1",
      secondsLeft: 3600,
    },
    expect.objectContaining({
      trialId: ids[1],
      state: "held",
      reason: "launch failed requeued held",
      advice: {
        words: "Slurm's controller went down while it started this job, and now holds it",
        command: "scontrol release 12_1",
      },
    }),
    expect.objectContaining({
      state: "held",
      advice: { words: "somebody holds this job", command: "scontrol release 12_2" },
    }),
    expect.objectContaining({
      state: "queued",
      advice: {
        words: "n3 is drained (bad disk); an administrator can put a node back",
        command: "scontrol update nodename=n3 state=resume",
      },
    }),
  ]);
});

test("tasks that have ended, by the queue or by themselves, are not in it", async () => {
  const { out, batch } = batchWith(stubSlurm(), [
    "COMPLETED|0:00|n1|None",
    "COMPLETING|1:00|n1|None",
    "RUNNING|1:00|n1|None",
  ]);
  writeEnd(batch, 2, { reason: "the trial's process exited with code 0", mayRetry: true });
  expect(await new SlurmQueue(out).jobs()).toEqual([
    expect.objectContaining({ jobId: "12_1", state: "ending" }),
  ]);
});

test("cancels the tasks of the named trials, after it has noted that they are not to come back", async () => {
  const stubs = stubSlurm();
  const { out, batch } = batchWith(stubs, ["RUNNING|1:00|n1|None", "PENDING|1:00||Priority"]);
  const cancelled = await new SlurmQueue(out).cancel([ids[1]!, "f".repeat(64)]);
  expect(cancelled.map(({ jobId }) => jobId)).toEqual(["12_1"]);
  expect(stubs.calls("scancel")).toEqual([`--name=${batch.name} 12_1`]);
  expect(JSON.parse(readFileSync(endPath(batch, 1), "utf8"))).toEqual({
    reason: "its job was cancelled with lorank cancel",
    mayRetry: false,
  });
  expect((await new SlurmQueue(out).cancel()).map(({ jobId }) => jobId)).toEqual(["12_0"]);
});

test("a folder without Slurm asks nothing of it", async () => {
  const stubs = stubSlurm();
  stubs.put("squeue", "exit 1");
  expect(await new SlurmQueue(temporaryFolder()).jobs()).toEqual([]);
  expect(await new SlurmQueue(temporaryFolder()).cancel()).toEqual([]);
  expect(stubs.calls("squeue")).toEqual([]);
});

test("a controller that is away is an error", async () => {
  const stubs = stubSlurm();
  const { out } = batchWith(stubs, []);
  stubs.put("squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
  await expect(new SlurmQueue(out).jobs()).rejects.toThrow(expect.objectContaining({ code: "E_SLURM" }));
});

test.each([
  ["JobHeldAdmin", "an administrator holds this job, and can free it"],
  ["PartitionTimeLimit", "--time is longer than the partition, qos or account allows"],
  ["QOSMaxJobsPerUserLimit", "the account or qos is at its limit"],
  ["DependencyNeverSatisfied", "a job that it waits for failed"],
  ["BeginTime", "Slurm queued it again"],
  ["Resources", undefined],
  ["Priority", undefined],
])("%s: %s", (reason, words) => {
  const entry: QueueEntry = { name: "x", index: 0, jobId: "1_0", state: "PENDING", reason };
  const advice = adviceFor(entry, []);
  if (words === undefined) expect(advice).toBeUndefined();
  else expect(advice?.words).toContain(words);
});

test("a squeue that does not end is ended by the signal", async () => {
  const stubs = stubSlurm();
  const { out } = batchWith(stubs, []);
  stubs.put("squeue", "exec sleep 600");
  const stop = new AbortController();
  const asked = new SlurmQueue(out).jobs(stop.signal);
  await expect.poll(() => stubs.calls("squeue")).toHaveLength(1);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: "E_SLURM" });
});
