import { InputError } from "@lorank/core";
import { isTrainingConfig, readTrainingConfig, type TrainingConfig } from "./read-training-config.ts";

/** What a command line names: a model, a training tool's config, or both. */
export interface Named {
  readonly model: string;
  /** Where the model's name stands. */
  readonly modelFrom: string;
  readonly training?: { readonly file: string; readonly config: TrainingConfig };
}

/**
 * One for each model. A training config may stand in the place of a single model, and names the model where nothing else
 * does.
 *
 * @throws InputError E_CONFIG for a config beside another one or beside models, E_MODEL without a model, and what reading
 *   a config throws.
 */
export function whatIsNamed(
  given: readonly string[],
  configFlag: string | undefined,
): readonly [Named, ...Named[]] {
  const [first, ...others] = given;
  if (others.length === 0) return [nameOf(first, configFlag)];
  const config = given.find(isTrainingConfig);
  if (config !== undefined) {
    throw new InputError(
      "E_CONFIG",
      `models must be models where there are several, got the training config ${config}`,
    );
  }
  return [nameOf(first, configFlag), ...others.map((model) => nameOf(model, configFlag))];
}

function nameOf(argument: string | undefined, configFlag: string | undefined): Named {
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
