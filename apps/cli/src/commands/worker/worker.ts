import { counted, InputError } from "@lorank/core";
import { settingsFile } from "@lorank/sweep/folder";
import type { Input } from "../../command.ts";
import { throwIfAny } from "../../errors.ts";
import { loadBullmq, redisAddress } from "../../executors/bullmq.ts";
import { inFlagWords } from "../../flags/flag-names.ts";
import type { Messages } from "../../output.ts";
import { readContent } from "../../settings/read-file.ts";
import { foreignProgram, readKept } from "../../settings/saved-settings.ts";
import type { SettingsOf } from "../../settings/table.ts";
import { createInterrupts } from "../../sweep/interrupts.ts";
import { preparationOf } from "../../sweep/prepare.ts";
import type { Machine } from "../../sweep/ready-sweep.ts";
import { plainText } from "../../text.ts";
import type { WorkerSettings } from "./command.ts";

interface EndedWorker {
  readonly code: number;
}

export async function run(
  { settings, names: [out] }: Input<WorkerSettings, readonly [out: string]>,
  output: Messages,
): Promise<EndedWorker> {
  const redis = redisAddress(settings);
  const { runQueueWorker } = await loadBullmq();
  const { place, trialsAtOnce, why } = await machineFor(out, settings, output);
  const device = why === undefined ? "" : ` on ${why}`;
  const interrupts = createInterrupts();
  const say = (words: string): void => output.note(plainText(words));
  say(`Taking trials of ${out}, ${counted(trialsAtOnce, "trial")} at a time${device}. Ctrl-C ends it.`);
  interrupts.listen(() => say("Stopping; trials that run here go back to the queue."));
  try {
    await runQueueWorker({
      out,
      redis,
      place,
      trialsAtOnce,
      signals: interrupts.signals,
      onEvent: (event) => {
        if (event.kind === "started") say(`started ${event.trialId.slice(0, 12)}, attempt ${event.attempt}`);
      },
      report: say,
    });
  } catch (error) {
    throw inFlagWords(error);
  } finally {
    interrupts.release();
  }
  return { code: interrupts.code() ?? 0 };
}

/** Omits the `--json` document: a worker has no results. */
export function document(): undefined {}

export function exit({ code }: EndedWorker): number {
  return code;
}

async function machineFor(out: string, flags: WorkerSettings, output: Messages): Promise<Machine> {
  const saved = readKept(out);
  if (saved === undefined)
    throw new InputError(
      "E_OUT",
      `out must be the results folder of a sweep, got ${out} without ${settingsFile(".")}\n` +
        "Start the sweep first: lorank sweep --out <out> --executor bullmq.",
    );
  const problems: string[] = [];
  const settings = readContent("sweep", saved.settings, settingsFile(out), problems) as SettingsOf<"sweep">;
  throwIfAny(problems);
  const preparation = preparationOf(settings);
  const warning = foreignProgram(out, saved);
  if (warning !== undefined) output.note(plainText(warning));
  return preparation.machine({ settings, folder: saved.folder, flags, output });
}
