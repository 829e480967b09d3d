import { InputError } from "@lorank/core";
import type { TrialStatus } from "@lorank/sweep/folder";

/**
 * Finds trials by `r16` (every trial at rank 16), `r16-s3`, or the beginning of an id.
 * @throws `E_TRIAL_NAME` for an unknown name, or an ambiguous beginning.
 */
export function trialsNamed<Trial extends Pick<TrialStatus, "trialId" | "name" | "rank">>(
  trials: readonly Trial[],
  names: readonly string[],
): Trial[] {
  const found = names.flatMap((name) => {
    const meant = trials.filter((trial) => trial.name === name || `r${trial.rank}` === name);
    if (meant.length > 0) return meant;
    const byId = /^[0-9a-f]{4,64}$/.test(name)
      ? trials.filter(({ trialId }) => trialId.startsWith(name))
      : [];
    if (byId.length === 1) return byId;
    const got = byId.length === 0 ? "which is none of this sweep" : `which ${byId.length} trials have`;
    throw new InputError(
      "E_TRIAL_NAME",
      `trial must be a name such as ${trials[0]?.name ?? "r16-s3"}, a rank (r16) or the beginning of an id, got ${JSON.stringify(name)}, ${got}`,
    );
  });
  return [...new Set(found)];
}
