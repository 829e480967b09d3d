import { modelAt } from "@lorank/checkpoint/files";
import {
  type PreparedTraining,
  type PrepareInputs,
  prepareTraining as prepare,
} from "../prepare/prepare-training.ts";
import type { TrainingSettings } from "../prepare/settings.ts";
import { withinDeadline } from "./deadline.ts";
import { readData } from "./read-bytes.ts";

/** How models are found and texts tokenised, for who has other ways to. */
export interface PrepareOptions extends Pick<PrepareInputs, "tokenised"> {
  /** The path of a model's folder or `.gguf` file. (default: what it is called is its path) */
  readonly findModel?: (model: string) => string | Promise<string>;
}

/**
 * Resolves settings into what trials of `ranks` are made of: reads the model and the data, tokenises, fills in the defaults.
 *
 * Cheap checks come first: the model's family and the task, then targets and ranks, then the weights' shapes; the texts are
 * tokenised last.
 *
 * @throws InputError for everything in the model and the data that is wrong, or does not go with the settings.
 */
export async function prepareTraining(
  settings: TrainingSettings,
  ranks: readonly number[],
  { findModel = (model) => model, ...options }: PrepareOptions = {},
): Promise<PreparedTraining> {
  const find = async (model: string) => modelAt(await findModel(model));
  return prepare(settings, ranks, { ...options, findModel: find, readData, within: withinDeadline });
}
