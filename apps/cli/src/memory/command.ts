import { readFileSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { readModelConfig } from "@lorank/checkpoint";
import {
  assertRank,
  baseFormat,
  formatBytes,
  formatCount,
  InputError,
  isInputError,
  type ModelShape,
  modelShapeFromConfig,
  type OptimizerKind,
  type StaticBytes,
  selectTargets,
  staticBytes,
} from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { resolveModelPath, shownModelName } from "../model/resolve.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { renderTable } from "../table.ts";
import { nearest, wholeNumber, wrap } from "../text.ts";
import { builtInModel, listBuiltInModels, orNearestBuiltIn } from "./built-in-models.ts";
import { printChoices } from "./choices-table.ts";
import { isTrainingConfig, readTrainingConfig } from "./dialects/detect.ts";
import type { TrainingConfig } from "./dialects/training-config.ts";
import { type MemoryChoices, type TypedFlags, withTrainingConfig } from "./with-training-config.ts";

/** As commander gives them: what was not typed is not there. */
export interface MemoryFlags extends OutputFlags, Omit<TypedFlags, "model"> {
  readonly labels?: string | boolean;
  readonly list?: boolean;
  readonly config?: string | boolean;
}

const optimizers: Readonly<Record<string, OptimizerKind>> = {
  adamw: { name: "adamw" },
  "adamw-8bit": { name: "adamw-8bit" },
  lion: { name: "lion" },
  sgd: { name: "sgd", momentum: false },
  "sgd-momentum": { name: "sgd", momentum: true },
};

/** Runs `lorank memory` and returns what to exit with. */
export async function runMemoryCommand(argument: string | undefined, flags: MemoryFlags): Promise<number> {
  const output = createOutput(flags);
  if (flags.list === true) {
    listBuiltInModels(output);
    return exitCode.done;
  }
  const { file, training, ...named } = whatIsNamed(argument, flags);
  const choices = withTrainingConfig({ ...flags, model: named.model }, training);
  const model = modelOf(choices, file);
  const { name, config } = await readConfig(model, flags);
  const { shape, results } = estimate(config, choices, flags);
  const { base, optimizer } = choices;
  output.document({
    model: {
      name,
      modelType: shape.modelType,
      totalParams: shape.totalParams,
      layers: shape.layers,
      hiddenSize: shape.hiddenSize,
    },
    base,
    optimizer,
    targets: choices.targets,
    ...(training && { config: configDocument(file, training, choices) }),
    results: results.map(
      ({
        rank,
        loraParams,
        trainableParams,
        baseBytes,
        adapterBytes,
        optimizerBytes,
        gradientBytes,
        staticBytes,
        parts,
        assumptions,
      }) => ({
        rank,
        loraParams,
        trainableParams,
        baseBytes,
        adapterBytes,
        optimizerBytes,
        gradientBytes,
        staticBytes,
        parts,
        assumptions,
      }),
    ),
  });
  if (training) printChoices(output, file, training, choices);
  output.print(
    `${name}: ${shape.modelType}, ${wholeNumber(shape.totalParams)} parameters, ${shape.layers} layers, ` +
      `hidden size ${wholeNumber(shape.hiddenSize)}; base in ${base}, ${optimizer}\n`,
  );
  output.print(
    renderTable<StaticBytes>(
      [
        { title: "rank", cell: ({ rank }) => String(rank) },
        { title: "trainable", cell: (row) => formatCount(row.trainableParams) },
        { title: "base", cell: (row) => formatBytes(row.baseBytes) },
        { title: "adapter", cell: (row) => formatBytes(row.adapterBytes) },
        { title: "gradients", cell: (row) => formatBytes(row.gradientBytes) },
        { title: "optimiser", cell: (row) => formatBytes(row.optimizerBytes) },
        { title: "together", cell: (row) => formatBytes(row.staticBytes) },
      ],
      results,
      { title: output.colours.dim },
    ),
  );
  output.print();
  output.print(
    wrap(
      "Activations are not included yet: a real peak is higher, by what batch and length cost.",
      output.columns,
    ),
  );
  // The first assumption says what the line above says.
  for (const assumption of results[0]?.assumptions.slice(1) ?? []) {
    output.print(output.colours.dim(wrap(`- ${assumption}`, output.columns)));
  }
  return exitCode.done;
}

/** A training config may stand in the model's place. */
function whatIsNamed(
  argument: string | undefined,
  flags: MemoryFlags,
): { model?: string | undefined; file: string; training?: TrainingConfig } {
  const alone = argument !== undefined && isTrainingConfig(argument);
  if (alone && flags.config !== undefined) {
    throw new InputError(
      "E_CONFIG",
      `model must be a model where --config names a training config, got ${argument}, which is one too`,
    );
  }
  if (alone) return { file: argument, training: readTrainingConfig(argument) };
  if (flags.config === undefined) return { model: argument, file: "" };
  const file = String(flags.config);
  return { model: argument, file, training: readTrainingConfig(file) };
}

function modelOf({ model }: MemoryChoices, file: string): string {
  if (model !== undefined) return model;
  const why =
    file === "" ? "got none; --list prints the built-in ones" : `${file} names none that is known here`;
  throw new InputError("E_MODEL", `model must be given, with or without a training config: ${why}`);
}

/** What `--json` says of a training config. */
function configDocument(file: string, { dialect, notes }: TrainingConfig, choices: MemoryChoices): unknown {
  const { profile, method, microBatch, seq, settings, from, remarks } = choices;
  return { file, dialect, profile, method, microBatch, seq, settings, from, notes, remarks };
}

function estimate(
  config: unknown,
  choices: MemoryChoices,
  flags: MemoryFlags,
): { shape: ModelShape; results: StaticBytes[] } {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isInputError(error)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const labels = flags.labels === undefined ? undefined : Number(flags.labels);
  const shape = attempt(() =>
    modelShapeFromConfig(
      config,
      labels === undefined ? {} : { head: { kind: "sequence-classification", labels } },
    ),
  );
  const base = attempt(() => baseFormat(choices.base));
  const optimizer = attempt(() => optimizerKind(choices.optimizer));
  const ranks = list(choices.ranks).map(Number);
  const targets =
    shape &&
    attempt(() =>
      selectTargets(shape, choices.targets === "all-linear" ? "all-linear" : list(choices.targets)),
    );
  if (ranks.length === 0) problems.push("--ranks must be a list of positive integers, got none");
  for (const rank of ranks) attempt(() => assertRank(rank, targets));
  if (problems.length > 0 || !shape || !base || !optimizer || !targets) {
    throw new InputError("E_CONFIG", problems.join("\n"));
  }
  const { adapterDtype = "fp32" } = choices.settings;
  const results = ranks.map((rank) => staticBytes({ shape, targets, rank, base, optimizer, adapterDtype }));
  return { shape, results };
}

function optimizerKind(name: string): OptimizerKind {
  const kind = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined;
  if (kind !== undefined) return kind;
  const meant = nearest(name, Object.keys(optimizers));
  throw new InputError(
    "E_OPTIMIZER",
    `optimizer must be one of ${Object.keys(optimizers).join(", ")}, got ${JSON.stringify(name)}` +
      (meant === undefined ? "" : `. Did you mean ${meant}?`),
  );
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/**
 * Of a model, or of a JSON file that holds its config. A built-in model needs no files; of one on the hub nothing but the
 * config is fetched.
 */
async function readConfig(model: string, flags: MemoryFlags): Promise<{ name: string; config: unknown }> {
  if (statSync(model, { throwIfNoEntry: false })?.isFile() && !/\.gguf$/i.test(model)) {
    const name = basename(model) === "config.json" ? basename(dirname(resolve(model))) : basename(model);
    return { name, config: readJson(model) };
  }
  const builtIn = builtInModel(model);
  if (builtIn !== undefined) return { name: builtIn.id, config: builtIn.config };
  const path = await orNearestBuiltIn(model, () => resolveModelPath(model, flags, { files: "config" }));
  return { name: shownModelName(model, path), config: readModelConfig(path).config };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new InputError("E_MODEL", `${path} must be JSON: ${(cause as Error).message}`, { cause });
  }
}
