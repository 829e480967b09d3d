/** Trials of this engine on a clock that runs fast: their first minute is over with their first step. */
import type { EngineSpec } from "@lorank/evidence/results";
import {
  runTrial as run,
  type TrialControl,
  type TrialEvent,
  type TrialOutcome,
  type TrialResources,
} from "@lorank/train";

export function runTrial(
  spec: EngineSpec,
  resources: TrialResources,
  onEvent?: (event: TrialEvent) => void,
  control: TrialControl = {},
): Promise<TrialOutcome> {
  return run(spec, resources, onEvent, quick(control));
}

function quick({ checkpoints, signal }: TrialControl): TrialControl {
  const now = () => 1e6 * performance.now();
  return { checkpoints: checkpoints && { ...checkpoints, now }, signal };
}
