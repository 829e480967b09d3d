import { InputError } from "@lorank/core";
import type { TrialStatus } from "@lorank/sweep/folder";

/**
 * Finds trials by `r16` (every trial at rank 16), an arm's name, `r16-s3`, or the beginning of an id.
 * @throws `E_TRIAL_NAME` for an unknown name, or an ambiguous beginning.
 */
export function trialsNamed<Trial extends Pick<TrialStatus, "trialId" | "name" | "arm" | "seed">>(
  trials: readonly Trial[],
  names: readonly string[],
): Trial[] {
  const found = names.flatMap((name) => {
    const meant = trials.filter(
      (trial) => trial.name === name || trial.arm === name || isOfGroup(trial, name),
    );
    if (meant.length > 0) return meant;
    const byId = /^[0-9a-f]{4,64}$/.test(name)
      ? trials.filter(({ trialId }) => trialId.startsWith(name))
      : [];
    if (byId.length === 1) return byId;
    const got = byId.length === 0 ? "which is none of this sweep" : `which ${byId.length} trials have`;
    throw new InputError(
      "E_TRIAL_NAME",
      `trial must be a name such as ${trials[0]?.name ?? "r16-s3"}, ${trials[0]?.arm === undefined ? "a rank (r16)" : "an arm"} or the beginning of an id, got ${JSON.stringify(name)}, ${got}`,
    );
  });
  return [...new Set(found)];
}

/** Tells if a trial's name is `<group>-s<seed>`, or that with what differs in a check's trial. */
function isOfGroup({ name, seed }: Pick<TrialStatus, "name" | "seed">, group: string): boolean {
  const start = `${group}-s${seed}`;
  return name === start || name.startsWith(`${start}-`);
}
