import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Batch, newBatch } from "../../../src/executor/slurm/batch.ts";
import {
  cancelTasks,
  complaint,
  isHeldAfterFailure,
  isLiving,
  isUnreachable,
  largestArray,
  parseQueue,
  readQueue,
  slurmCommand,
  submitBatch,
} from "../../../src/executor/slurm/queue.ts";
import { temporaryFolder } from "../../helpers/example.ts";
import { stubSlurm } from "../../helpers/slurm-stubs.ts";

const text = `12_0|RUNNING|1-02:03:04|n1|lorank-a|None
12_1|PENDING|10:00||lorank-a|JobHeldUser
12_2|PENDING|UNLIMITED||lorank-a|launch failed requeued held
12_[3-9%2]|PENDING|UNLIMITED||lorank-a|JobArrayTaskLimit
12_0|RUNNING|3:00|n2|lorank-of-somebody-else|None
13_0|TIMEOUT|0:00|n1|lorank-b|a | b
`;

describe("what squeue prints", () => {
  const queue = parseQueue(text, ["lorank-a", "lorank-b"]);

  test("is read by the batch's name, for ids are used again", () => {
    expect([...queue.keys()]).toEqual(["lorank-a/0", "lorank-a/1", "lorank-a/2", "lorank-b/0"]);
  });

  test("gives node and time left where there are some", () => {
    expect(queue.get("lorank-a/0")).toEqual({
      name: "lorank-a",
      index: 0,
      jobId: "12_0",
      state: "RUNNING",
      reason: "None",
      node: "n1",
      secondsLeft: ((24 + 2) * 60 + 3) * 60 + 4,
    });
    expect(queue.get("lorank-a/1")).toMatchObject({ secondsLeft: 600, reason: "JobHeldUser" });
    expect(queue.get("lorank-a/2")).not.toHaveProperty("secondsLeft");
  });

  test("tells what lives, and what a lost controller holds", () => {
    expect([...queue.values()].map(isLiving)).toEqual([true, true, true, false]);
    expect([...queue.values()].map(isHeldAfterFailure)).toEqual([false, false, true, false]);
    expect(queue.get("lorank-b/0")!.reason).toBe("a | b");
  });
});

describe("Slurm's commands", () => {
  test("an empty list of names asks nothing", async () => {
    const stubs = stubSlurm();
    stubs.put("squeue", "exit 1");
    expect(await readQueue([])).toEqual(new Map());
    expect(stubs.calls("squeue")).toEqual([]);
  });

  test("one call for all batches, with options that old versions have", async () => {
    const stubs = stubSlurm();
    stubs.put("squeue", `cat <<'END'\n${text}END`);
    expect((await readQueue(["lorank-a", "lorank-b"]))?.size).toBe(4);
    expect(stubs.calls("squeue")).toEqual([
      "--noheader --array --states=all --name=lorank-a,lorank-b --format=%i|%T|%L|%N|%j|%r",
    ]);
  });

  test("a controller that is away is no error", async () => {
    const stubs = stubSlurm();
    stubs.put("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1");
    expect(await readQueue(["lorank-a"])).toBeUndefined();
  });

  test("another failure is", async () => {
    const stubs = stubSlurm();
    stubs.put("squeue", "echo 'squeue: error: \u001b[31mno such cluster' >&2; exit 1");
    await expect(readQueue(["lorank-a"])).rejects.toThrow(
      expect.objectContaining({ code: "E_SLURM", message: "squeue failed: squeue: error: no such cluster" }),
    );
  });

  test("a program that is missing is named", async () => {
    await expect(slurmCommand("no-such-program-of-slurm", [])).rejects.toThrow(
      expect.objectContaining({ code: "E_SLURM", message: expect.stringMatching(/^no-such-program/) }),
    );
  });

  test("a kill ends what runs and what waits, of this batch alone", async () => {
    const stubs = stubSlurm();
    stubs.put("scancel", "exit 0");
    const tasks = [
      { name: "lorank-a", jobId: "12_0" },
      { name: "lorank-b", jobId: "13_0" },
      { name: "lorank-a", jobId: "12_1" },
    ];
    await cancelTasks(tasks, "kill");
    expect(stubs.calls("scancel")).toEqual([
      "--signal=KILL --full --name=lorank-a 12_0 12_1",
      "--name=lorank-a 12_0 12_1",
      "--signal=KILL --full --name=lorank-b 13_0",
      "--name=lorank-b 13_0",
    ]);
  });
});

test.each([
  ["Unable to contact slurm controller (connect failure)", true],
  ["Batch job submission failed: Transport endpoint is not connected", true],
  ["Socket timed out on send/recv operation", true],
  ["Batch job submission failed: Invalid account or account/partition combination specified", false],
  ["invalid partition specified: gpu", false],
])("%s: may answer later: %s", (stderr, later) => {
  expect(isUnreachable({ code: 1, stdout: "", stderr })).toBe(later);
});

test("a complaint is one line without control characters", () => {
  expect(complaint({ code: 1, stdout: "", stderr: "one\n  two\u0007\n" })).toBe("one; two");
});

describe("submitBatch", () => {
  function batchInFolder(): Batch {
    const batch = newBatch(temporaryFolder());
    mkdirSync(batch.folder, { recursive: true });
    return batch;
  }

  function patience() {
    const said: string[] = [];
    const ending = new AbortController();
    const say = (sentence: string) => said.push(sentence);
    return { said, ending, pollSeconds: 0.01, say, signal: ending.signal };
  }

  const away =
    "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller' >&2; exit 1";

  test("notes the id that sbatch gives, of whatever cluster", async () => {
    const batch = batchInFolder();
    stubSlurm().put("sbatch", "echo '42;cluster'");
    expect(await submitBatch(batch, ["--array=0-1"], patience())).toBe("42");
    const noted = JSON.parse(readFileSync(join(batch.folder, "job.json"), "utf8"));
    expect(noted).toEqual({ jobId: "42", name: batch.name });
  });

  test("a refusal is an error in Slurm's words", async () => {
    stubSlurm().put("sbatch", "echo 'sbatch: error: invalid partition specified: gpu' >&2; exit 1");
    await expect(submitBatch(batchInFolder(), [], patience())).rejects.toThrow(
      "sbatch refused it: sbatch: error: invalid partition specified: gpu",
    );
  });

  test("a controller that fell silent after it took the batch gets it once", async () => {
    const batch = batchInFolder();
    const stubs = stubSlurm();
    stubs.put("sbatch", away);
    stubs.put("squeue", `echo '7_0|PENDING|1:00||${batch.name}|None'`);
    expect(await submitBatch(batch, [], patience())).toBe("7");
    expect(stubs.calls("sbatch")).toHaveLength(1);
  });

  test("a controller that is away is asked again, and that is said", async () => {
    const batch = batchInFolder();
    const stubs = stubSlurm();
    const asked = patience();
    const marks = temporaryFolder();
    stubs.put("sbatch", `[ -e '${marks}/back' ] && echo 8 && exit 0; ${away}`);
    stubs.put(
      "squeue",
      `[ -e '${marks}/tried' ] && touch '${marks}/back' && exit 0; touch '${marks}/tried'; ${away}`,
    );
    expect(await submitBatch(batch, [], asked)).toBe("8");
    expect(asked.said).toEqual(["Slurm's controller does not answer; the sweep goes on when it does"]);
  });

  test("the wait for a controller can be ended", async () => {
    const stubs = stubSlurm();
    stubs.put("sbatch", away);
    stubs.put("squeue", away);
    const asked = patience();
    setTimeout(() => asked.ending.abort(), 50);
    await expect(submitBatch(batchInFolder(), [], asked)).rejects.toThrow(/aborted/);
  });

  test("the largest array is the cluster's, or Slurm's own limit", async () => {
    const stubs = stubSlurm();
    stubs.put("scontrol", "echo 'MaxArraySize            = 4001'");
    expect(await largestArray()).toBe(4000);
    stubs.put("scontrol", away);
    expect(await largestArray()).toBe(1000);
  });
});
