import { kebabCase } from "@lorank/core";
import { observationsOf } from "@lorank/evidence/results";
import { type CommandInputs, prepareCommand, type RunOptions, runOptions } from "@lorank/sweep";
import { chosenChecks, plannedTrials } from "@lorank/sweep/folder";
import { defaults } from "../defaults.ts";
import { throwIfAny } from "../errors.ts";
import { executorNamed } from "../executors/executors.ts";
import { armSettings } from "../flags/arms-kind.ts";
import { camelKeys } from "../flags/flag-names.ts";
import * as kinds from "../flags/kinds.ts";
import type { TrainerInFile } from "../flags/object-kind.ts";
import type { TitledLine } from "../output.ts";
import type { SettingsOf } from "../settings/table.ts";
import { outcomeMetricOf } from "../settings/trial-metric.ts";
import { duration, plainText, shellWord } from "../text.ts";
import type { Machine, MachineRequest, PrepareRequest, ReadySweep } from "./ready-sweep.ts";

/**
 * Prepares a sweep whose trials a user's command trains. Throws `E_CONFIG` for `leftOut` settings, and as
 * `prepareCommand`.
 */
export async function prepareCommandSweep(
  trainer: TrainerInFile,
  leftOut: readonly string[],
  { settings, folder, run }: PrepareRequest,
): Promise<ReadySweep> {
  throwIfAny(faultsOf(settings, leftOut));
  const inputs = prepareCommand(commandSettings(settings, trainer, folder));
  const options = runOptions({
    // A trainer usually fills a GPU, so trials run one at a time unless requested.
    trialsAtOnce: executorNamed(settings).sideBySide(settings, inputs.plan.specs.length) ?? 1,
    maxAttempts: settings["max-attempts"],
    maxSeconds: settings["max-time"],
    ...run,
  });
  return commandSweep(inputs, settings.out ?? defaults.out, options);
}

export function commandMachine(trainer: TrainerInFile, { settings, folder, flags }: MachineRequest): Machine {
  const metric = outcomeMetricOf(settings) ?? defaults.metric.classification;
  const secondary = settings.outcomes?.map(({ name }) => name);
  const command = { folder, metric, timeoutSeconds: secondsOf(trainer), secondary };
  return { place: { command }, trialsAtOnce: flags.jobs ?? 1 };
}

function commandSweep(inputs: CommandInputs, out: string, run: RunOptions): ReadySweep {
  const { plan, folder, timeoutSeconds } = inputs;
  const sweep: ReadySweep = {
    inputs,
    plan,
    out,
    run,
    portable: false,
    facts: commandFacts(inputs),
    notes: [],
    toSearch: [],
    differenceFrom: () => undefined,
    document: {
      dryRun: true,
      out,
      method: plan.summary.method ?? "grid",
      trials: plan.specs.length,
      expectedTrials: plannedTrials(plan).expected,
      trialsAtOnce: run.trialsAtOnce,
      folder,
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      config: plan.config,
    },
    learned: {},
    fitsRandomBase: false,
    costWords({ trials }) {
      const hasPeak = trials.some(({ measured }) => measured.peakResidentBytes !== undefined);
      return `Time is the median of the completed trials${hasPeak ? ", peak memory as the trainer reports it" : ""}.`;
    },
    withEarlierSearch: () => sweep,
    search: async () => ({ status: "found", sweep }),
  };
  return sweep;
}

function commandFacts({ plan, folder, timeoutSeconds }: CommandInputs): TitledLine[] {
  const { trainer, lora, optimizer, arms } = plan.config;
  const { alpha } = lora;
  const values = [
    ...(alpha === undefined ? [] : [`alpha ${alpha.kind === "fixed" ? alpha.alpha : "= rank"}`]),
    ...(lora.scalingRule === undefined ? [] : [`scaling ${lora.scalingRule}`]),
    ...(optimizer.learningRate === undefined ? [] : [`learning rate ${optimizer.learningRate}`]),
    ...(optimizer.epochs === undefined ? [] : [`epochs ${optimizer.epochs}`]),
    ...Object.entries(observationsOf(plan.config)).map(
      ([name, value]) => `${kebabCase(name).replaceAll("-", " ")} ${value}`,
    ),
  ];
  const typed = (words: readonly string[]): string => plainText(words.map(shellWord).join(" "));
  return [
    ["trainer", typed(trainer.command)],
    ...(trainer.evaluate === undefined ? [] : [["evaluate", typed(trainer.evaluate)] as const]),
    ["in", plainText(folder)],
    ["told", [...(arms === undefined ? ["rank"] : ["arm", "rank"]), "seed", ...values].join(", ")],
    ...(arms === undefined ? [] : [["arms", plainText(arms.map(({ name }) => name).join(", "))] as const]),
    ...(timeoutSeconds === undefined ? [] : [["timeout", `${duration(timeoutSeconds)} a trial`] as const]),
  ];
}

function commandSettings(
  settings: SettingsOf<"sweep">,
  trainer: TrainerInFile,
  folder: string,
): Parameters<typeof prepareCommand>[0] {
  const { ranks, arms, seeds, method, margin, confidence, alpha, scaling, outcomes } = settings;
  const metric = outcomeMetricOf(settings);
  const { "exit-codes": codes, timeout: _, ...commands } = trainer;
  const { diverged, "out-of-memory": outOfMemory } = codes ?? {};
  const exitCodes = {
    ...(diverged === undefined ? {} : { diverged }),
    ...(outOfMemory === undefined ? {} : { outOfMemory }),
  };
  return {
    ...{ ranks, arms: armSettings(arms), seeds, method, metric, margin, confidence },
    alpha: alpha as Exclude<typeof alpha, "auto">,
    scaling: scaling as Exclude<typeof scaling, "auto">,
    ...chosenChecks(settings),
    outcomes,
    ...observationsOf(camelKeys(settings)),
    learningRate: settings["learning-rate"] as number | undefined,
    epochs: settings.epochs as number | undefined,
    trainer: {
      ...commands,
      folder,
      timeoutSeconds: secondsOf(trainer),
      ...(codes === undefined ? {} : { exitCodes }),
    },
  };
}

function secondsOf({ timeout }: TrainerInFile): number | undefined {
  return timeout === undefined ? undefined : kinds.time.parse(timeout);
}

function faultsOf(settings: SettingsOf<"sweep">, leftOut: readonly string[]): string[] {
  const foreign = leftOut.filter((key) => key in settings);
  const searched = (["learning-rate", "epochs", "alpha", "scaling"] as const).filter(
    (key) => settings[key] === "auto",
  );
  return [
    ...foreign.map(
      (key) =>
        `${key} must be left to the trainer's command, got ${String(settings[key as keyof typeof settings])}`,
    ),
    ...searched.map(
      (key) =>
        `${key} must be ${key === "scaling" ? "lora or rslora" : "a number"} with a trainer, whose own settings are not searched, got auto`,
    ),
  ];
}
