import type { Results } from "@lorank/core/results";
import { readExamples } from "../command/examples.ts";
import type { Plan } from "../plan/plan.ts";
import { isCommandConfig } from "../plan/sweep-config.ts";
import type { SweepStore } from "../store/store.ts";

/** What a sweep's trials are of. Of another trainer's data, its runs tell: their examples, and the classes of those. */
export function subjectOf(store: SweepStore, plan: Plan): Pick<Results, "model" | "data"> {
  if ("data" in plan) return { model: plan.model, data: plan.data };
  const { examples = [], labels } = readExamples(store.path("examples.json")) ?? {};
  return {
    data: {
      validationExamples: examples.length,
      ...(labels ? classesOf(labels) : {}),
      ...testOf(store, plan),
    },
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
function testOf(store: SweepStore, { config }: Plan): Pick<Results["data"], "test"> {
  if (!isCommandConfig(config) || config.test === undefined) return {};
  const [run] = store.testRuns(config.test.sha256);
  return run === undefined ? {} : { test: { ...config.test, examples: run.evaluation.correct.length } };
}
