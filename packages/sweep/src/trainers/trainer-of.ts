/** The one place that asks who trains: of a job, of a plan, and of a plan with what its trials read. */
import type { JobPlace } from "../plan/job.ts";
import type { CommandInputs, Plan, SweepInputs } from "../plan/plan.ts";
import { SweepStore } from "../store/store.ts";
import { commandTrainer } from "./command.ts";
import { commandPlan, commandSweep } from "./command-sweep.ts";
import { engineTrainer } from "./engine.ts";
import { enginePlan, engineSweep } from "./engine-sweep.ts";
import type { PlanTrainer, SweepTrainer } from "./sweep-trainer.ts";
import type { Trainer } from "./trainer.ts";

/** What trains at a job's place. */
export function trainerAt(place: JobPlace, store = new SweepStore(place.out, { readOnly: true })): Trainer {
  return "command" in place ? commandTrainer(place, store) : engineTrainer(place, store);
}

/** What trains a plan's trials. */
export function trainerOfPlan(plan: Plan): PlanTrainer {
  return "data" in plan ? enginePlan(plan) : commandPlan(plan);
}

/** What trains a plan's trials, with all that they read. */
export function trainerOf(inputs: SweepInputs | CommandInputs): SweepTrainer {
  return "dataset" in inputs ? engineSweep(inputs) : commandSweep(inputs);
}
