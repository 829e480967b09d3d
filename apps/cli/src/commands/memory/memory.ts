import { InputError, isInputError } from "@lorank/core";
import { answerSentence } from "@lorank/core/memory";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import type { Messages } from "../../output.ts";
import { assertOutFile } from "../../paths.ts";
import { builtInModels, type MemoryListDocument } from "./built-in-models.ts";
import { engineProfile, type MemoryFlags, readMemoryFlags } from "./choices.ts";
import type { MemorySettings } from "./command.ts";
import type { EngineMemoryDocument } from "./engine.ts";
import { type ModelMemory, modelMemory } from "./estimate.ts";
import { type Named, type NamedConfig, readConfig, whatIsNamed } from "./model-config.ts";
import { printModels, printSentence } from "./print-answer.ts";
import { allSetBy, flagsOf } from "./print-card.ts";

export type MemoryDocument =
  | OneModelDocument
  | SeveralModelsDocument
  | EngineMemoryDocument
  | MemoryListDocument;

export interface OneModelDocument extends ModelMemory {
  readonly answer: string;
  /** Path to the SVG chart, if written. */
  readonly svg?: string;
}

export interface SeveralModelsDocument {
  readonly answer: string;
  readonly models: readonly ModelMemory[];
}

type MemoryRequest = { readonly typed: MemoryFlags; readonly named: readonly Named[] } | undefined;

export async function read({
  names: [names],
  flags,
}: TypedWords<Input<MemorySettings, readonly [models: readonly string[]]>>): Promise<MemoryRequest> {
  if (flags.list === true) return undefined;
  const typed = readMemoryFlags(flags);
  const { svg } = typed;
  if (svg !== undefined) assertOutFile(svg, "--svg");
  const named = await whatIsNamed(names, typed.config);
  if (named.length > 1 && (svg !== undefined || typed.profile === engineProfile)) {
    const flag = svg === undefined ? `--profile ${engineProfile}` : "--svg";
    throw new InputError("E_CONFIG", `${flag} must be left out with several models, got ${named.length}`);
  }
  return { typed, named };
}

export function settingsInFiles(request: MemoryRequest) {
  return { models: request?.named.map(({ model }) => model) };
}

export const { document, view } = ofEnd;

export async function run(request: MemoryRequest, output: Messages): Promise<End<MemoryDocument>> {
  if (request === undefined) return builtInModels();
  const { typed, named } = request;
  const { svg, all = false } = typed;
  const configs: NamedConfig[] = [];
  for (const { model, training } of named)
    configs.push(await readConfig(model, output, typed.as, model === training?.config.model));
  if (typed.profile === engineProfile) return (await import("./engine.ts")).engineMemory(configs[0]!, typed);

  const asks = asksForTime(typed);
  const hours = asks ? await import("./hours.ts") : undefined;
  const shownHours = asks ? await import("./print-hours.ts") : undefined;
  const ofModel = (config: NamedConfig, index: number) =>
    modelMemory(config, named[index]!.training, typed, hours);
  const models = configs.map((config, index) =>
    configs.length === 1 ? ofModel(config, index) : withModelName(config.name, () => ofModel(config, index)),
  );
  const answer = answerSentence(models, flagsOf);
  const [only, ...others] = models as [ModelMemory, ...ModelMemory[]];
  if (svg !== undefined) (await import("./picture.ts")).savePicture(svg, only);
  const inConfig = others.length === 0 ? await changesInConfig(only) : undefined;
  return {
    document: others.length > 0 ? { answer, models } : { answer, ...only, ...(svg !== undefined && { svg }) },
    view(page) {
      if (page.json) return;
      printSentence(page, answer, models, shownHours);
      printModels(page, models, named[0]!, { all, inConfig, hours: shownHours });
      if (svg !== undefined) page.print(`\nPicture: ${svg}`);
    },
  };
}

function asksForTime({ tokens, examples, epochs, price }: MemoryFlags): boolean {
  return [tokens, examples, epochs, price].some((value) => value !== undefined);
}

/** Fields of the training config, if there is one, that the fewest changes that fit set. */
async function changesInConfig({ config, gpu }: ModelMemory): Promise<string | undefined> {
  if (config === undefined || !gpu?.sequence?.length) return undefined;
  const { fieldsThatSet } = await import("./fields-that-set.ts");
  const fields = fieldsThatSet(config.file, allSetBy(gpu.sequence));
  return fields === undefined ? undefined : `${config.file}: ${fields}`;
}

function withModelName<Value>(name: string, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new InputError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}
