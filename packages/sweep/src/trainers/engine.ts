import { existsSync, rmSync } from "node:fs";
import type { TestExamplesFile } from "@lorank/train";
import { trialEnvironment } from "../child-environment.ts";
import { runDefaults } from "../defaults.ts";
import type { EnginePlace } from "../plan/job.ts";
import type { SweepStore } from "../store/store.ts";
import { resumeFolder, takeOver } from "./take-over.ts";
import type { Trainer } from "./trainer.ts";
import { engineSpec } from "./whose-spec.ts";

/** This engine. */
export function engineTrainer(place: EnginePlace, store: SweepStore): Trainer {
  const { resources, checkpointEvery = runDefaults.checkpointEvery } = place;
  const { threads, device = "cpu" } = resources;
  return {
    processes: { threads, graceMs: 0, environment: trialEnvironment, knownDigests: () => [] },
    computedOn: () => ({ threads, device }),
    async train({ spec, attempt, report }, signal) {
      const before = store.attempts(attempt.trialId).filter(({ number }) => number < attempt.number);
      // Who has saved nothing needs not be waited for.
      if (before.some(({ folder }) => existsSync(resumeFolder(folder)))) await takeOver(store, attempt);
      const checkpoints = { folder: resumeFolder(attempt.folder), every: checkpointEvery };
      const { runTrial } = await import("@lorank/train");
      return runTrial(engineSpec(spec), resources, report, { checkpoints, signal });
    },
    forgetUnfinished(trialId) {
      for (const { folder } of store.attempts(trialId))
        rmSync(resumeFolder(folder), { recursive: true, force: true });
    },
    async evaluate(spec, adapters, test) {
      const { evaluateAdapters } = await import("@lorank/train");
      return evaluateAdapters(engineSpec(spec), adapters, resources, test as TestExamplesFile | undefined);
    },
    async measure({ trialId, steps, seconds }, onEvent) {
      const { measureTrial } = await import("@lorank/train");
      const spec = engineSpec(store.readSpec(trialId));
      return measureTrial(spec, resources, { count: steps, seconds, onEvent });
    },
  };
}
