import { setImmediate as tick } from "node:timers/promises";
import type { WorkEnd, WorkEvent } from "@lorank/sweep/executor";
import { examplePlan } from "../../../sweep/test/helpers/example.ts";
import { finishTrials } from "../../../sweep/test/helpers/finished.ts";
import { DriverQueue } from "../../src/driver-queue.ts";
import { jobId } from "../../src/job-data.ts";
import type { JobData } from "../../src/messages.ts";
import { FakeQueue } from "./fake-queue.ts";
import { trialsOf } from "./queue-place.ts";

export const train = (trialId: string): JobData => ({ folder: "", work: { kind: "train", trialId } });
export const jobOf = (data: JobData) => ({ id: jobId(data), data });
export const exited: WorkEnd = { reason: "the trial's process exited with code 0", mayRetry: true };
export const cancelled: WorkEnd = { reason: "its job was cancelled", mayRetry: false };

/** A driver with trials of two seeds, and what it says and hears. */
export function driver(onStop: "detach" | "cancel" = "detach", fake = new FakeQueue()) {
  const { store, ids } = trialsOf(0, 1);
  const [one, other] = ids.map((id) => jobOf(train(id))) as [
    ReturnType<typeof jobOf>,
    ReturnType<typeof jobOf>,
  ];
  const said: string[] = [];
  const queue = new DriverQueue(fake.queue, fake.client, store, onStop, (words) => said.push(words));
  const events: WorkEvent[] = [];
  const submit = async (job: ReturnType<typeof jobOf>) => {
    const submission = queue.submit(job, (event) => events.push(event));
    let end: WorkEnd | undefined;
    void submission.ended.then((value) => {
      end = value;
    });
    await tick();
    return { ...submission, end: () => end };
  };
  return { fake, store, ids, one, other, said, queue, events, submit, finishOne };

  async function finishOne(): Promise<void> {
    await finishTrials(store, examplePlan({ ranks: [2], seeds: [0] }).specs);
  }
}
