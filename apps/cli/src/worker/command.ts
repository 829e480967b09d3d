import type { QueueWorkerOptions } from "@lorank/bullmq";
import { InputError } from "@lorank/core";
import { runOptions, settingsFile } from "@lorank/sweep";
import { runDefaults, sweepDefaults } from "@lorank/sweep/defaults";
import { defaults } from "../defaults.ts";
import { pickDevice } from "../device.ts";
import { resolveModelPath } from "../model/resolve.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { redisAddress } from "../redis.ts";
import { foreignProgram, readKept } from "../settings/kept-settings.ts";
import * as kinds from "../settings/kinds.ts";
import { type RawFlags, readContent, readFlags, throwIfAny } from "../settings/read.ts";
import type { SettingsOf } from "../settings/table.ts";
import { inFlagWords } from "../sweep/flag-words.ts";
import { createInterrupts } from "../sweep/interrupts.ts";
import { counted, plainText } from "../text.ts";

/** Runs `lorank worker` and returns what to exit with. */
export async function runWorkerCommand(out: string, flags: OutputFlags & RawFlags): Promise<number> {
  const output = createOutput(flags);
  const given = readFlags("worker", flags);
  const redis = redisAddress(given);
  const { place, trialsAtOnce, device, warning } = await machineFor(out, given, flags);
  const interrupts = createInterrupts();
  const { runQueueWorker, shownRedis } = await import("@lorank/bullmq");
  const say = (words: string): void => output.note(plainText(words));
  if (warning !== undefined) say(warning);
  say(
    `Taking trials of ${out} from ${shownRedis(redis)}, ${counted(trialsAtOnce, "trial")} at a time${device}. Ctrl-C ends it.`,
  );
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
  return interrupts.code() ?? 0;
}

interface Machine extends Pick<QueueWorkerOptions, "place" | "trialsAtOnce"> {
  /** In words, after what is done on it. */
  readonly device: string;
  readonly warning?: string | undefined;
}

/** Where the folder's own settings have the commands run, whatever a job says. */
function commandPlace(
  folder: string,
  { timeout }: NonNullable<SettingsOf<"sweep">["trainer"]>,
  metric: SettingsOf<"sweep">["metric"] = sweepDefaults.metric.classification,
): QueueWorkerOptions["place"] {
  const timeoutSeconds = timeout === undefined ? undefined : kinds.time.parse(timeout);
  return { command: { folder, metric, timeoutSeconds } };
}

/** What this machine brings to the sweep in `out`, whose settings say what is trained. */
async function machineFor(out: string, given: SettingsOf<"worker">, flags: OutputFlags): Promise<Machine> {
  const kept = readKept(out);
  if (kept === undefined)
    throw new InputError(
      "E_OUT",
      `out must be the results folder of a sweep, got ${out} without ${settingsFile(".")}\n` +
        "Start the sweep first: lorank sweep --out <out> --executor bullmq.",
    );
  const { jobs, threads = runDefaults.threads } = given;
  const problems: string[] = [];
  const settings = readContent("sweep", kept.settings, settingsFile(out), problems) as SettingsOf<"sweep">;
  throwIfAny(problems);
  const { trainer, metric, model = defaults.model } = settings;
  // Another trainer takes a whole GPU, as a rule.
  if (trainer !== undefined)
    return {
      place: commandPlace(kept.folder, trainer, metric),
      trialsAtOnce: jobs ?? 1,
      device: "",
      warning: foreignProgram(out, kept),
    };
  const modelPath = await resolveModelPath(given.model ?? model, flags);
  const { device: name = defaults.device, compute = defaults.compute } = given;
  const { chose, why } = await pickDevice({ device: name, threads, compute });
  return {
    place: { resources: { modelPath, datasetFile: "", threads, device: chose } },
    trialsAtOnce: runOptions({ threads, device: chose, trialsAtOnce: jobs }).trialsAtOnce,
    device: ` on ${why}`,
  };
}
