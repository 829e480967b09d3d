import { isInputError } from "@lorank/core";
import type { WorkEvent } from "../../src/executor/executor.ts";
import type { StartExecutor } from "../../src/executor.ts";
import type { JobPlace, Work } from "../../src/plan/job.ts";
import { SweepStore } from "../../src/store/store.ts";
import { cutAdapter, evaluateBase, scoreAdapter, trainTrial } from "../../src/worker/jobs.ts";
import { workplace } from "./example.ts";

/** Does all work in this process, one piece at a time: a command has its own, and a worker's takes a second to start. */
export const inProcess: StartExecutor = (place) => {
  const store = new SweepStore(place.out);
  return {
    capacity: 1,
    submit: (work, onEvent) => {
      const { trialId } = work;
      const attempt = work.kind === "train" ? store.claimAttempt(trialId).number : undefined;
      if (attempt !== undefined) onEvent({ kind: "started", trialId, attempt });
      return {
        ended: perform(place, { ...work, ...(attempt !== undefined && { attempt }) }, onEvent).then(
          () => ({ reason: "", mayRetry: true }),
          (error: Error) => ({ reason: error.message, mayRetry: !isInputError(error) }),
        ),
        cancel: () => {},
      };
    },
  };
};

async function perform(place: JobPlace, work: Work, onEvent: (event: WorkEvent) => void): Promise<void> {
  switch (work.kind) {
    case "train":
      return trainTrial(place, work, (event) => onEvent({ kind: "progress", trialId: work.trialId, event }));
    case "base":
      return evaluateBase(place, work.trialId);
    case "truncate":
      return cutAdapter(place, work.trialId, work.ranks);
    case "evaluate":
      return scoreAdapter(place, work.trialId, work.test);
  }
}

/** A workplace whose sweeps are about something else than processes. */
export const workplaceInProcess = () => ({ ...workplace(), executor: inProcess });
