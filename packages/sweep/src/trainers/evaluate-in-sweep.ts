import { existsSync, readFileSync } from "node:fs";
import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { Evaluation } from "@lorank/evidence/schema";
import type { TrialResources } from "@lorank/train";
import { decodeDataset } from "@lorank/train/data";
import { SweepStore } from "../store/store.ts";
import { readPlan } from "../store/sweep-file.ts";
import { engineTrainer } from "./engine.ts";

/** Evaluation of an adapter on a sweep's validation examples. */
export interface EvaluationInSweep {
  readonly evaluation: Evaluation;
  /** Example names, in the order of the evaluation. */
  readonly examples: readonly string[];
}

/**
 * Evaluates adapters as the sweep in `out` does: same examples, base, precision and metric. An undefined adapter means
 * the base alone, where no head is trained.
 *
 * @throws InputError `E_SPEC` for another trainer's sweep, and as `readPlan`. On evaluation, `E_DATASET` where the
 * folder lacks the examples, `E_BASE` for another base, `E_ADAPTER` for another model's adapter, `E_JUDGE` for another
 * judge.
 */
export function sweepEvaluator(out: string) {
  const plan = readPlan(out);
  if (!("data" in plan))
    throw new InputError("E_SPEC", `${out} must hold a sweep of this engine, got one of another trainer`);
  const { config, specs } = plan;
  return {
    config,
    async evaluate(
      adapter: PeftAdapter | undefined,
      machine: Pick<TrialResources, "modelPath" | "threads" | "device">,
    ): Promise<EvaluationInSweep> {
      const store = new SweepStore(out, { readOnly: true });
      const datasetFile = store.path("data", `${config.data.sha256}.json`);
      if (!existsSync(datasetFile)) {
        const advice = "Run the sweep again with the same command: it writes them anew.";
        const rule = `${datasetFile} must hold the sweep's examples, got no file`;
        throw new InputError("E_DATASET", `${rule}\n${advice}`);
      }
      const place = { out, resources: { ...machine, datasetFile } };
      // All trials in a sweep share base, examples and precision.
      const [evaluation] = await engineTrainer.evaluate({ place, store, spec: specs[0]! }, [adapter]);
      const { validation } = decodeDataset(readFileSync(datasetFile));
      return { evaluation: evaluation!, examples: validation.map(({ id }) => id) };
    },
  };
}
