import { InputError } from "@lorank/core";
import { type CommandSpec, unobserved } from "@lorank/evidence/schema";
import type { ProgressEvent } from "../plan/events.ts";
import { SweepStore } from "../store/store.ts";
import { type CommandPlace, statusOf } from "./command-trial.ts";
import { followLosses, lossFile } from "./losses.ts";
import { runProcess } from "./run-process.ts";
import { type MeasuredTime, timeOfTrial } from "./trainer.ts";
import { environmentOf, fillIn, trainingValues } from "./values.ts";

/** Predicted times, in seconds, for a user's command's trial. */
export type CommandCost = Omit<MeasuredTime, "rank">;

const msBetweenLooks = 50;

/**
 * Times a user's command by the losses it writes, over few steps by `LORANK_MAX_STEPS`. A command that ignores the
 * limit runs to its end.
 *
 * @throws InputError `E_LOSSES` where the command does not write its steps and how many are planned. Error where it
 * failed.
 */
export async function measureCommand(
  { out, command: { folder, timeoutSeconds } }: CommandPlace,
  spec: CommandSpec,
  trialId: string,
  steps: number,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<CommandCost> {
  const { folder: attempt } = new SweepStore(out).claimAttempt(trialId);
  const file = lossFile(attempt);
  // An observation would count as the time of steps.
  const values = { ...trainingValues(unobserved(spec), { out: attempt, trialId }), maxSteps: String(steps) };
  const seen: { readonly step: number; readonly steps?: number; readonly at: number }[] = [];
  const start = performance.now();
  const look = followLosses(
    file,
    (line) => {
      const { step, steps: planned } = line;
      seen.push({ step, at: performance.now(), ...(planned === undefined ? {} : { steps: planned }) });
      onEvent({ kind: "step", ...line, steps });
    },
    msBetweenLooks,
  );
  const end = await runProcess({
    setting: "command",
    command: fillIn(spec.trainer.command, values),
    folder,
    environment: environmentOf(values),
    attempt,
    timeoutSeconds,
  }).finally(look.stop);
  statusOf(end, spec.trainer);
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last?.steps === undefined || last.step <= first.step)
    throw new InputError(
      "E_LOSSES",
      `${file} must have two lines or more with step, loss and steps, the number that is planned, each written at once; got ${seen.length} that came one after the other`,
    );
  const secondsPerStep = (last.at - first.at) / 1000 / (last.step - first.step);
  const openSeconds = Math.max(0, (first.at - start) / 1000 - first.step * secondsPerStep);
  const evaluateSeconds = Math.max(0, end.seconds - (last.at - start) / 1000);
  const measured = { openSeconds, evaluateSeconds, secondsPerStep, steps: last.steps };
  return timeOfTrial(measured, spec);
}
