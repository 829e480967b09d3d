import { resolve } from "node:path";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { assertList, assertOptions, type OptionNames, withMembers } from "@lorank/core";
import {
  type CommandTrainer,
  canonicalJson,
  type ObservationSettings,
  observationNames,
  observationsOf,
  type SecondaryOutcome,
} from "@lorank/evidence/schema";
import type { TrainingSettings } from "@lorank/train";
import { alphaRule } from "@lorank/train/spec";
import { commandArm, rankedArms } from "../arms/arm-settings.ts";
import { armField } from "../arms/arms.ts";
import { sweepDefaults } from "../defaults.ts";
import { type CommandInputs, planCommand } from "../plan/plan.ts";
import type { CommandConfig } from "../plan/sweep-config.ts";
import { namedFiles, pathsNamed } from "../trainers/trainer-files.ts";
import { placeholderFaults, settingsOf, throwFaults, valueNameFaults } from "../trainers/values.ts";
import { comparisonNames } from "./setting-names.ts";
import { type ComparisonSettings, comparisonOf } from "./settings.ts";

export interface TrainerSettings extends Pick<CommandTrainer, "command" | "evaluate" | "exitCodes"> {
  /** Sweep name in results and reports. (default: the first file the command names, else its program) */
  readonly name?: string | undefined;
  /** Score the recommended rank on the trainer's test examples, by its `evaluate` command, once. (default false) */
  readonly test?: boolean | undefined;
  /** Time limit in seconds for one trial, and for one evaluation. (default: none) */
  readonly timeoutSeconds?: number | undefined;
  /** Further files behind a trial, such as an imported module. (default: those the commands name) */
  readonly files?: readonly string[] | undefined;
  /** Working directory of the commands. (default: this process's) */
  readonly folder?: string | undefined;
}

/** Settings for a user's command's sweep; absent members are up to the command. */
export interface CommandSettings
  extends ComparisonSettings,
    Pick<TrainingSettings, "alpha" | "scaling">,
    ObservationSettings {
  readonly trainer: TrainerSettings;
  readonly learningRate?: number | undefined;
  readonly epochs?: number | undefined;
  /** Outcomes beside the metric, which each run writes as `outcomes.<name>.csv`. (default: none) */
  readonly outcomes?: readonly SecondaryOutcome[] | undefined;
}

const commandNames: OptionNames<CommandSettings> = {
  ...comparisonNames,
  alpha: false,
  scaling: false,
  trainer: true,
  learningRate: false,
  epochs: false,
  ...observationNames,
  outcomes: false,
};

const trainerNames: OptionNames<TrainerSettings> = {
  command: true,
  evaluate: false,
  exitCodes: false,
  name: false,
  test: false,
  timeoutSeconds: false,
  files: false,
  folder: false,
};

/**
 * Resolves settings into a plan for a user's command.
 *
 * @throws InputError `E_CONFIG` for placeholders without a setting, and as `planCommand`.
 */
export function prepareCommand(settings: CommandSettings): CommandInputs {
  assertOptions(settings, "the settings of prepareCommand", commandNames, "refused");
  assertOptions(settings.trainer, "the trainer of prepareCommand", trainerNames, "refused");
  assertList("trainer.command", settings.trainer.command);
  const { command, evaluate, exitCodes, name, test, timeoutSeconds, folder = "." } = settings.trainer;
  const { alpha, scaling, learningRate, epochs, arms, outcomes } = settings;
  const files = filesOf(settings.trainer, folder);
  const trainer = withMembers<CommandTrainer>({ command, evaluate, exitCodes, files });
  const ofArms = arms && rankedArms(arms, settings.ranks);
  throwFaults(
    (ofArms ?? []).flatMap(({ name, values = {} }) => valueNameFaults(values, armField(name, "values"))),
  );
  const plan = planCommand({
    name: name ?? pathsNamed([command], folder)[0] ?? command[0]!,
    trainer,
    lora: withMembers<Pick<CommandConfig["lora"], "alpha" | "scalingRule">>({
      alpha: alpha === undefined ? undefined : alphaRule(alpha),
      scalingRule: scaling,
    }),
    optimizer: withMembers<CommandConfig["optimizer"]>({ learningRate, epochs }),
    ...observationsOf(settings),
    ...(test === true ? { test: testOf(trainer) } : {}),
    ...comparisonOf(settings, sweepDefaults.metric.classification),
    ...(outcomes === undefined ? {} : { secondary: outcomes }),
    ...(ofArms === undefined ? {} : { arms: ofArms.map(commandArm) }),
  });
  const byArm = plan.specs.filter(({ seed }) => seed === plan.summary.seeds[0]).map(settingsOf);
  const known = [...new Set(byArm.flatMap((values) => Object.keys(values)))];
  const faults = byArm.flatMap((values) => {
    const { arm } = values;
    const ofArm =
      arm === undefined ? undefined : { known, fieldOf: (setting: string) => armField(arm, setting) };
    return [
      ...placeholderFaults("command", command, values, ofArm),
      ...(evaluate ? placeholderFaults("evaluate", evaluate, values, ofArm) : []),
    ];
  });
  throwFaults([...new Set(faults)]);
  return { plan, folder: resolve(folder), timeoutSeconds };
}

function filesOf(
  { command, evaluate, files = [] }: TrainerSettings,
  folder: string,
): CommandTrainer["files"] {
  const commands = [command, ...(evaluate ? [evaluate] : [])];
  // Any path may be a file, except the program's.
  const found = namedFiles([...commands, ["", ...files]], folder);
  throwFaults(
    files
      .filter((file) => pathsNamed([["", file]], folder).length === 0)
      .map((file) => `trainer.files must name files that are seen from ${resolve(folder)}, got ${file}`),
  );
  return found;
}

/** Test set, identified by `evaluate` and the trainer's files. */
function testOf({ evaluate, files }: CommandTrainer): { name: string; sha256: string } {
  return {
    name: "test",
    sha256: sha256Hex(canonicalJson({ ...(evaluate ? { evaluate } : {}), files })),
  };
}
