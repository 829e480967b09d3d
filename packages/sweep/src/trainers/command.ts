import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { CommandSpec, Results } from "@lorank/core/results";
import type { ProgressEvent } from "../plan/events.ts";
import { type CommandPlace, commandPlace } from "../plan/job.ts";
import type { CommandInputs, CommandPlan } from "../plan/plan.ts";
import { knownDigests } from "../store/file-digests.ts";
import { SweepStore } from "../store/store.ts";
import { reconcileSweepFile } from "../store/sweep-file.ts";
import { evaluateByCommand, runCommandTrial, statusOf, testExamplesFile } from "./command-trial.ts";
import { readExamples } from "./examples.ts";
import { followLosses, lossFile } from "./losses.ts";
import { commandGraceMs, runProcess } from "./run-process.ts";
import {
  commandSpec,
  type MeasuredTime,
  type PlanTrainer,
  type SweepTrainer,
  type Trainer,
} from "./trainer.ts";
import { assertUnchanged } from "./trainer-files.ts";
import { environmentOf, fillIn, settingsOf } from "./values.ts";

/** Another trainer, by its command. Its checkpoints are its own affair. */
export function commandTrainer(place: CommandPlace, store: SweepStore): Trainer {
  return {
    processes: { threads: undefined, graceMs: commandGraceMs, environment: (own) => own, knownDigests },
    computedOn() {
      const device = process.env.LORANK_DEVICE;
      return device === undefined ? {} : { device };
    },
    async train({ spec, attempt, report }) {
      return { result: await runCommandTrial(store, place, commandSpec(spec), attempt, report) };
    },
    forgetUnfinished() {},
    evaluate: (spec, adapters, test) =>
      evaluateByCommand(store, place, commandSpec(spec), adapters as PeftAdapter[], test?.sha256),
    measure({ trialId, steps }, onEvent) {
      return measureCommand(place, commandSpec(store.readSpec(trialId)), trialId, steps, onEvent);
    },
  };
}

/** Another trainer with a plan of its trials. Of its data, its runs tell: their examples, and the classes of those. */
export function commandPlan(plan: CommandPlan): PlanTrainer {
  return {
    execution: () => ({}),
    subject(store) {
      const { examples = [], labels, groups } = readExamples(store.path("examples.json")) ?? {};
      return {
        data: {
          validationExamples: examples.length,
          ...(labels ? classesOf(labels) : {}),
          ...(groups ? { validationGroups: placesOf(groups, [...new Set(groups)]) } : {}),
          ...testOf(store, plan),
        },
      };
    },
    search: () => undefined,
    // Losses of a command come when it writes them: the more steps, the less that matters.
    timing: { steps: 20, time: (_, cost) => cost as CommandCost },
  };
}

/** The same with the folder that the commands run in. */
export function commandSweep(inputs: CommandInputs): SweepTrainer {
  return {
    ...commandPlan(inputs.plan),
    plan: inputs.plan,
    assertInputs(portable) {
      if (portable)
        throw new InputError("E_SWEEP_OPTIONS", "portable must be false for a command's adapters, got true");
      assertUnchanged(inputs.plan.config.trainer, inputs.folder);
    },
    async open(out, { extend, settings }) {
      const plan = reconcileSweepFile(out, inputs.plan, extend, settings);
      return {
        plan,
        place: commandPlace(out, inputs),
        store: new SweepStore(out),
        test: plan.config.test,
      };
    },
    place: (out) => commandPlace(out, inputs),
  };
}

function classesOf(labels: readonly string[]): Pick<Results["data"], "validationLabels" | "majorityShare"> {
  const classes = [...new Set(labels)].sort();
  const validationLabels = placesOf(labels, classes);
  const counts = classes.map(() => 0);
  for (const label of validationLabels) counts[label]!++;
  return { validationLabels, majorityShare: Math.max(...counts) / labels.length };
}

/** The place of each name among different ones. */
function placesOf(names: readonly string[], among: readonly string[]): number[] {
  const places = new Map(among.map((name, place) => [name, place]));
  return names.map((name) => places.get(name)!);
}

/** Nothing before there is a score, which tells how many examples it is on. */
function testOf(store: SweepStore, { config }: CommandPlan): Pick<Results["data"], "test"> {
  if (config.test === undefined) return {};
  const [run] = store.testRuns(config.test.sha256);
  if (run === undefined) return {};
  const { groups } = readExamples(testExamplesFile(store, config.test.sha256)) ?? {};
  return {
    test: {
      ...config.test,
      examples: run.evaluation.correct.length,
      ...(groups ? { groups: placesOf(groups, [...new Set(groups)]) } : {}),
    },
  };
}

/** Times of a command's trial, in seconds. */
type CommandCost = Omit<MeasuredTime, "rank">;

const msBetweenLooks = 50;

/**
 * Runs a command with a limit of `steps` steps (`LORANK_MAX_STEPS`), and takes the times at which its losses come. One
 * that trains on is timed to its end.
 *
 * @throws InputError `E_LOSSES` where the command does not write its steps and how many are planned. Error where it failed.
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
  const values = { ...settingsOf(spec), out: attempt, trialId, maxSteps: String(steps) };
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
  return {
    trialSeconds: openSeconds + last.steps * secondsPerStep + evaluateSeconds,
    openSeconds,
    evaluateSeconds,
    secondsPerStep,
  };
}
