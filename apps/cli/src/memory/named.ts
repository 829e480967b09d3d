import { InputError } from "@lorank/core";
import { isTrainingConfig, readTrainingConfig } from "./training-configs/detect.ts";
import type { TrainingConfig } from "./training-configs/training-config.ts";

/** What a command line names: a model, a training tool's config, or both. */
export interface Named {
  readonly model: string;
  /** Where the model's name stands. */
  readonly modelFrom: string;
  readonly training?: { readonly file: string; readonly config: TrainingConfig };
}

/**
 * A training config may stand in the model's place, and names the model where nothing else does.
 *
 * @throws InputError E_CONFIG for two configs, E_MODEL without a model, and what reading a config throws.
 */
export function whatIsNamed(argument: string | undefined, configFlag: string | undefined): Named {
  const alone = argument !== undefined && isTrainingConfig(argument);
  if (alone && configFlag !== undefined) {
    throw new InputError(
      "E_CONFIG",
      `model must be a model where --config names a training config, got ${argument}, which is one too`,
    );
  }
  const file = alone ? argument : configFlag;
  const training = file === undefined ? undefined : { file, config: readTrainingConfig(file) };
  const model = alone || argument === undefined ? training?.config.model : argument;
  if (model === undefined) {
    const why =
      file === undefined
        ? "got none; --list prints the built-in ones"
        : `${file} names none that is known here`;
    throw new InputError("E_MODEL", `model must be given, with or without a training config: ${why}`);
  }
  const ofFile = alone || argument === undefined;
  const modelFrom = ofFile ? (training?.config.origins.model ?? "") : "the command line";
  return { model, modelFrom, ...(training && { training }) };
}
