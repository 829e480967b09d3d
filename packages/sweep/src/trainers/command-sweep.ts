import { InputError } from "@lorank/core";
import type { Results } from "@lorank/core/results";
import { commandPlace } from "../plan/job.ts";
import type { CommandInputs, CommandPlan } from "../plan/plan.ts";
import { SweepStore } from "../store/store.ts";
import { reconcileSweepFile } from "../store/sweep-file.ts";
import { readExamples } from "./examples.ts";
import type { CommandCost } from "./measure-command.ts";
import type { PlanTrainer, SweepTrainer } from "./sweep-trainer.ts";
import { assertUnchanged } from "./trainer-files.ts";

/** Another trainer with a plan of its trials. Of its data, its runs tell: their examples, and the classes of those. */
export function commandPlan(plan: CommandPlan): PlanTrainer {
  return {
    execution: () => ({}),
    subject(store) {
      const { examples = [], labels } = readExamples(store.path("examples.json")) ?? {};
      return {
        data: {
          validationExamples: examples.length,
          ...(labels ? classesOf(labels) : {}),
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
  const indexOf = new Map([...new Set(labels)].sort().map((label, index) => [label, index]));
  const validationLabels = labels.map((label) => indexOf.get(label)!);
  const counts = new Array<number>(indexOf.size).fill(0);
  for (const label of validationLabels) counts[label]!++;
  return { validationLabels, majorityShare: Math.max(...counts) / labels.length };
}

/** Nothing before there is a score, which tells how many examples it is on. */
function testOf(store: SweepStore, { config }: CommandPlan): Pick<Results["data"], "test"> {
  if (config.test === undefined) return {};
  const [run] = store.testRuns(config.test.sha256);
  return run === undefined ? {} : { test: { ...config.test, examples: run.evaluation.correct.length } };
}
