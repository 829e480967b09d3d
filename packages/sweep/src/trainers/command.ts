import type { CommandPlace } from "../plan/job.ts";
import { knownDigests } from "../store/file-digests.ts";
import type { SweepStore } from "../store/store.ts";
import { evaluateByCommand } from "./command-evaluate.ts";
import { runCommandTrial } from "./command-trial.ts";
import { measureCommand } from "./measure-command.ts";
import { commandGraceMs } from "./run-process.ts";
import type { Trainer } from "./trainer.ts";
import { commandSpec } from "./whose-spec.ts";

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
      evaluateByCommand(store, place, commandSpec(spec), adapters, test?.sha256),
    measure({ trialId, steps }, onEvent) {
      return measureCommand(place, commandSpec(store.readSpec(trialId)), trialId, steps, onEvent);
    },
  };
}
