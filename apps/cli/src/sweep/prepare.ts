import type { OpenDevice } from "@lorank/graph/devices";
import { type AskedRunOptions, type RunOptions, runOptions } from "@lorank/sweep";
import { runDefaults } from "@lorank/sweep/defaults";
import { defaults } from "../defaults.ts";
import { buildHere, pickDevice } from "../device.ts";
import type { OutputFlags } from "../output.ts";
import { checkpointInterval } from "../settings/kinds.ts";
import type { SettingsOf } from "../settings/table.ts";
import type { CommandSweep } from "./command-sweep.ts";
import { sideBySide } from "./executor.ts";
import { type PreparedTrials, prepareTrials } from "./trials.ts";

/** A sweep that has been checked to the end, and nothing written yet. */
export interface PreparedSweep extends PreparedTrials {
  /** Chosen and tested; of a dry run, what was asked for. */
  readonly device: Pick<OpenDevice, "why"> & { readonly chose: OpenDevice["chose"] | undefined };
  readonly out: string;
  readonly run: RunOptions;
}

/** A sweep of this engine or of another trainer. */
export type AnySweep = PreparedSweep | CommandSweep;

/**
 * Resolves settings into a sweep. Throws as {@link prepareTrials}, and as {@link pickDevice} unless it is a dry run.
 *
 * @param told what ends the run, who is told of it, and where it runs.
 */
export async function prepareSweep(
  given: SettingsOf<"sweep">,
  flags: OutputFlags & { readonly dryRun?: boolean },
  told: Pick<AskedRunOptions, "signals" | "reporter" | "executor">,
): Promise<PreparedSweep> {
  const { threads = runDefaults.threads, "max-attempts": maxAttempts, "max-time": maxSeconds } = given;
  const { "checkpoint-every": every } = given;
  const trials = await prepareTrials(given, flags);
  const device = await deviceOf(given, threads, flags.dryRun === true);
  const asked = {
    threads,
    device: device.chose,
    trialsAtOnce: sideBySide(given, trials.plan.specs.length),
    maxAttempts,
    maxSeconds,
    checkpointEvery: every === undefined ? undefined : checkpointInterval(every),
  };
  return { ...trials, device, out: given.out ?? defaults.out, run: runOptions({ ...asked, ...told }) };
}

async function deviceOf(
  {
    device = defaults.device,
    compute = defaults.compute,
    executor,
  }: SettingsOf<"plan"> & Pick<SettingsOf<"sweep">, "executor">,
  threads: number,
  dryRun: boolean,
): Promise<PreparedSweep["device"]> {
  if (executor === "bullmq") return { chose: undefined, why: "chosen and tested by each worker" };
  if (executor === "slurm") {
    // This machine's devices say nothing about those of the nodes.
    const chose = device === "auto" ? "cpu" : device;
    const how = device === "auto" ? "unless --device names another" : "as asked";
    return { chose, why: `${chose} of Slurm's nodes, ${how}; it is not tested before the trials` };
  }
  if (!dryRun) return pickDevice({ device, threads, compute });
  return { chose: undefined, why: `${device}: chosen and tested when the sweep runs; ${await buildHere()}` };
}
