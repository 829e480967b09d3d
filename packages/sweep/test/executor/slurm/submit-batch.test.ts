import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Batch, newBatch } from "../../../src/executor/slurm/batch.ts";
import { largestArray, submitBatch } from "../../../src/executor/slurm/submit-batch.ts";
import { temporaryFolder } from "../../helpers/example.ts";
import { stubSlurm } from "../../helpers/slurm-stubs.ts";

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
