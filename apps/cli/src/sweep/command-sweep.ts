import {
  type AskedRunOptions,
  type CommandInputs,
  prepareCommand,
  type RunOptions,
  runOptions,
} from "@lorank/sweep";
import { defaults } from "../defaults.ts";
import * as kinds from "../settings/kinds.ts";
import { throwIfAny } from "../settings/read.ts";
import { type SettingsOf, settingsOf } from "../settings/table.ts";
import { sideBySide } from "./executor.ts";

/** A sweep of another trainer's commands that has been checked to the end, and nothing written yet. */
export interface CommandSweep extends CommandInputs {
  readonly out: string;
  readonly run: RunOptions;
}

type Given = SettingsOf<"sweep">;

/** What a command is told, of all that is said of adapters and training. */
const saidToCommands = new Set(["alpha", "scaling", "learning-rate", "epochs"]);
/** What is said of this engine besides the model, the data, the adapter and the training. */
const ofEngine = new Set(["threads", "device", "compute", "checkpoint-every"]);

/**
 * Resolves settings with a `trainer` into a sweep.
 *
 * @param folder that the commands run in.
 * @throws InputError `E_CONFIG` with each setting that is the trainer's own affair, and as `prepareCommand`.
 */
export function prepareCommandSweep(
  given: Given & Required<Pick<Given, "trainer">>,
  folder: string,
  told: Pick<AskedRunOptions, "signals" | "reporter" | "executor">,
): CommandSweep {
  throwIfAny(faultsOf(given));
  const { trainer } = given;
  const { "exit-codes": codes, timeout, ...commands } = trainer;
  const { diverged, "out-of-memory": outOfMemory } = codes ?? {};
  const exitCodes = {
    ...(diverged === undefined ? {} : { diverged }),
    ...(outOfMemory === undefined ? {} : { outOfMemory }),
  };
  const inputs = prepareCommand({
    ranks: given.ranks,
    seeds: given.seeds,
    method: given.method,
    robustness: given.robustness,
    metric: given.metric,
    margin: given.margin,
    confidence: given.confidence,
    alpha: given.alpha,
    scaling: given.scaling,
    learningRate: given["learning-rate"] as number | undefined,
    epochs: given.epochs as number | undefined,
    trainer: {
      ...commands,
      folder,
      timeoutSeconds: timeout === undefined ? undefined : kinds.time.parse(timeout),
      ...(codes === undefined ? {} : { exitCodes }),
    },
  });
  const run = runOptions({
    // A trainer takes a whole GPU, as a rule: side by side is what is asked for.
    trialsAtOnce: sideBySide(given, inputs.plan.specs.length) ?? 1,
    maxAttempts: given["max-attempts"],
    maxSeconds: given["max-time"],
    ...told,
  });
  return { ...inputs, out: given.out ?? defaults.out, run };
}

/** Settings of this engine, which another trainer's command has as it likes. */
export function leftToTrainer(): string[] {
  const groups = ["Model and data:", "Adapter:", "Training:"];
  return settingsOf("sweep")
    .filter(({ key, group }) => ofEngine.has(key) || (groups.includes(group) && !saidToCommands.has(key)))
    .map(({ key }) => key);
}

function faultsOf(given: Given): string[] {
  const foreign = leftToTrainer().filter((key) => key in given);
  const searched = (["learning-rate", "epochs"] as const).filter((key) => given[key] === "auto");
  return [
    ...foreign.map(
      (key) => `${key} must be left to the trainer's command, got ${String(given[key as keyof Given])}`,
    ),
    ...searched.map(
      (key) => `${key} must be a number with a trainer, whose own settings are not searched, got auto`,
    ),
  ];
}
