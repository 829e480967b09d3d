/** The trial of sweeps that are struck: the fake one of the sweep's tests, with the same measured values each time. */
import type { EngineSpec } from "../../packages/evidence/src/results.ts";
import * as fake from "../../packages/sweep/test/helpers/fake-trial.ts";
import type { TrialEvent, TrialOutcome, TrialResources } from "../../packages/train/src/index.ts";

export { evaluateAdapters, measureTrial } from "../../packages/sweep/test/helpers/fake-trial.ts";

export async function runTrial(
  spec: EngineSpec,
  resources: TrialResources,
  onEvent?: (event: TrialEvent) => void,
): Promise<TrialOutcome> {
  const { adapter, result } = await fake.runTrial(spec, resources, onEvent);
  const { provenance } = result.measured;
  const measured = {
    seconds: { load: 1, train: 2, evaluate: 3, total: 6 },
    peakResidentBytes: 1e6,
    provenance: { ...provenance, finishedAt: "2026-01-01T00:00:00.000Z" },
  };
  return { adapter, result: { ...result, measured } };
}
