import type { Results } from "@lorank/evidence/schema";
import type { CommandPlan, Plan } from "../plan/plan.ts";
import type { SweepStore } from "../store/store.ts";
import { readExamples, testExamplesFile } from "./example-files.ts";

export type Subject = Pick<Results, "model" | "data">;

/** Model and data for a sweep's results; for a user's command the data alone, from its first run. */
export function subjectOf(plan: Plan, store: SweepStore): Subject {
  return "data" in plan ? { model: plan.model, data: plan.data } : { data: dataOfRuns(plan, store) };
}

function dataOfRuns(plan: CommandPlan, store: SweepStore): Results["data"] {
  const { examples = [], labels, groups } = readExamples(store.path("examples.json")) ?? {};
  return {
    validationExamples: examples.length,
    ...(labels ? classesOf(labels) : {}),
    ...(groups ? { validationGroups: placesOf(groups, [...new Set(groups)]) } : {}),
    ...testOf(store, plan),
  };
}

function classesOf(labels: readonly string[]): Pick<Results["data"], "validationLabels" | "majorityShare"> {
  const classes = [...new Set(labels)].sort();
  const validationLabels = placesOf(labels, classes);
  const counts = classes.map(() => 0);
  for (const label of validationLabels) counts[label]!++;
  return { validationLabels, majorityShare: Math.max(...counts) / labels.length };
}

function placesOf(names: readonly string[], among: readonly string[]): number[] {
  const places = new Map(among.map((name, place) => [name, place]));
  return names.map((name) => places.get(name)!);
}

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
