import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type PeftAdapter, portableAdapter } from "@lorank/checkpoint";
import { checkOutputFolder, writeFileAtomic, writeFolder } from "@lorank/checkpoint/disk";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { assertOptions, InputError, kindOf, type OptionNames } from "@lorank/core";
import { canonicalJson, type EngineResult, type EngineSpec, observationsOf } from "@lorank/evidence/schema";
import { decodeDataset } from "./data/dataset.ts";
import { trainedRows } from "./data/trained-rows.ts";
import { trainDefaults as defaults } from "./defaults.ts";
import { nodeInputs } from "./node/data-files.ts";
import { removeCheckpoints, runTrial, type TrialControl, type TrialResources } from "./node/trials.ts";
import { prepareTraining } from "./prepare/prepare-training.ts";
import { trainingNames } from "./prepare/setting-names.ts";
import { loraOf, optimizerOf, type TrainingSettings } from "./prepare/settings.ts";
import { brokenRules, trialId, trialSpec } from "./spec.ts";
import { earlyStopping } from "./trial/choosing.ts";
import type { TrialEvent } from "./trial/learner.ts";
import { type StepChoice, stepChoice } from "./trial/step-choice.ts";
import type { CheckpointOptions } from "./trial/training-checkpoints.ts";

/** Run settings, which change results by rounding at most, and the adapter's folder. */
export interface TrainingRun
  extends Pick<TrialResources, "device" | "recompute">,
    Pick<TrialControl, "signal"> {
  /** CPU threads. (default 1) */
  readonly threads?: number | undefined;
  /** Adapter folder, new or empty. (default: nothing is written) */
  readonly out?: string | undefined;
  /** Replace an adapter or model in that folder. (default false) */
  readonly force?: boolean | undefined;
  /** Return the adapter in portable form, if the adapter's kind has one, instead of as trained. (default false) */
  readonly portable?: boolean | undefined;
  /** Checkpoint interval; checkpoints are in `<out>.resume`. (default: every 5 minutes; none without `out`) */
  readonly checkpointEvery?: CheckpointOptions["every"] | undefined;
  /** Called at every step and evaluated batch. (default: no calls) */
  readonly onEvent?: ((event: TrialEvent) => void) | undefined;
}

/** Rule by which a training ends before its last step. */
export interface StoppingSettings {
  /**
   * Count of evaluations on the way in a row that end the training, if none is better than the best before on the
   * choosing half. With `evaluateEvery` only. (default: never)
   */
  readonly patience?: number | undefined;
}

/** Training request: model, data and rank; everything else has a default. */
export interface LoraRequest extends TrainingSettings, TrainingRun, StoppingSettings {
  readonly rank: number;
  /** Seed for initial adapter, data order and other draws. (default 1) */
  readonly seed?: number | undefined;
}

export interface TrainedLora {
  /** Training result: validation loss and accuracy, the loss at every step, parameters, seconds, and the spec. */
  readonly result: EngineResult;
  /** Trained adapter, which `writePeftAdapter` of @lorank/checkpoint/files can write. */
  readonly adapter: PeftAdapter;
  /** Choice of the adapter's step. Absent without evaluations on the way: it is of the last step. */
  readonly choice?: StepChoice;
}

/**
 * Trains and evaluates an adapter, and writes it to `out`. With equal threads, the adapter equals a sweep trial's to
 * the byte. With `evaluateEvery` it is that of the best step, chosen on one half of the validation examples. The choice
 * is by accuracy for classes and answers, else by log loss. A diverged training has `status: "diverged"` and no evaluation of
 * its end. It writes nothing, but for the adapter of the best step on the way, if one was evaluated.
 * @throws InputError for everything wrong in the request, before training; `E_OUT` for a folder with contents.
 */
export async function trainLora(
  request: LoraRequest,
): Promise<TrainedLora & { readonly notes: readonly string[] }> {
  assertRequest(request);
  const { rank, seed = defaults.seed, out, force = false } = request;
  if (out !== undefined) checkOutputFolder(out, { force });
  const { config, notes, cut, ...prepared } = await prepareTraining(request, [rank], nodeInputs());
  const { modelPath } = prepared;
  if (out !== undefined) checkOutputFolder(out, { force, sources: [modelPath] });
  const trained = await trainPrepared(trialSpec(config, rank, seed), prepared, request);
  return { ...trained, notes: [...notes, ...cut.notes] };
}

interface TrainedData {
  readonly modelPath: string;
  /** Bytes from `encodeDataset`. */
  readonly dataset: Uint8Array;
  /** Group number by validation example, from 0; the best step is chosen on whole groups. (default: each is its own) */
  readonly validationGroups?: readonly number[] | undefined;
}

/**
 * Trains a spec and writes the adapter, as {@link trainLora}. With patience, the result's spec names it too: a training
 * that may end early is another trial than a whole one.
 * @throws InputError as {@link runTrial}. If `out` cannot be written, an error naming the adapter's new folder, in the
 * working directory or the system's temporary one.
 */
export async function trainPrepared(
  plain: EngineSpec,
  { modelPath, dataset, validationGroups }: TrainedData,
  {
    threads = defaults.threads,
    device,
    recompute,
    out,
    force = false,
    portable,
    onEvent,
    checkpointEvery: every = defaults.checkpointEvery,
    signal,
    patience,
  }: TrainingRun & StoppingSettings,
): Promise<TrainedLora> {
  const problems = brokenRules(() => {}, { ...observationsOf(plain), patience });
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  const spec =
    patience === undefined ? plain : { ...plain, earlyStopping: earlyStopping(patience, validationGroups) };
  const resources = { modelPath, datasetFile: dataset, threads, device, recompute, validationGroups };
  const folder = out === undefined ? undefined : `${resolve(out)}.resume`;
  const checkpoints = folder === undefined ? undefined : { folder, every };
  const keepsBest = spec.evaluateEvery !== undefined;
  const outcome = await runTrial(spec, resources, onEvent, { checkpoints, signal, keepsBest });
  const result: EngineResult = { ...outcome.result, trialId: trialId(spec) };
  const choice = await stepChoice(result, validationGroups);
  const { best } = outcome;
  const chosen = best !== undefined && best.step === choice?.chosen.step ? best.adapter : outcome.adapter;
  const isUsable = result.status === "completed" || chosen === best?.adapter;
  const adapter = portable && isUsable ? portableAdapter(chosen, { keepHeads: true }) : chosen;
  if (out !== undefined && isUsable) {
    const write = (folder: string): void => {
      writePeftAdapter(folder, adapter);
      const { train } = decodeDataset(dataset);
      writeFileAtomic(join(folder, "trained-rows.json"), `${JSON.stringify(trainedRows(train))}\n`);
      // Trial file, as in a sweep's `results/`, with the choice of the adapter's step.
      const trial = { ...result, ...(choice && { choice }) };
      writeFileAtomic(join(folder, "trial.json"), `${canonicalJson(trial)}\n`);
    };
    try {
      writeFolder(out, { force, sources: [modelPath] }, write);
    } catch (error) {
      throw keptElsewhere(error as Error, write);
    }
  }
  if (folder !== undefined) removeCheckpoints(folder);
  return { result, adapter, ...(choice && { choice }) };
}

/** Writes the adapter elsewhere after a failure: a training may have taken days. */
function keptElsewhere(cause: Error, write: (folder: string) => void): Error {
  for (const place of [process.cwd(), tmpdir()]) {
    let folder: string | undefined;
    try {
      folder = mkdtempSync(join(place, "lorank-adapter-"));
      write(folder);
    } catch {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      continue;
    }
    return new Error(`${cause.message}\nThe training is done, and its adapter is kept in ${folder}`, {
      cause,
    });
  }
  return cause;
}

const requestNames: OptionNames<LoraRequest> = {
  ...trainingNames,
  rank: true,
  seed: false,
  device: false,
  recompute: false,
  signal: false,
  threads: false,
  out: false,
  force: false,
  portable: false,
  checkpointEvery: false,
  onEvent: false,
  patience: false,
};

function assertRequest(request: LoraRequest): void {
  assertOptions(request, "the settings of trainLora", requestNames, "refused");
  const {
    rank,
    seed = defaults.seed,
    threads = defaults.threads,
    portable = false,
    targets = defaults.targets,
    checkpointEvery = defaults.checkpointEvery,
    patience,
  } = request;
  const { compute = defaults.compute } = request;
  const problems = brokenRules(
    (must) => {
      must.count("rank", rank);
      must(Number.isSafeInteger(seed) && seed >= 0, "seed", "an integer of at least 0", seed);
      must.count("threads", threads);
      const rule = kindOf(request).portableRule;
      if (rule !== undefined) must(!portable, "portable", rule, portable);
    },
    {
      checkpointEvery,
      ...observationsOf(request),
      patience,
      lora: loraOf(request, [targets].flat()),
      optimizer: optimizerOf(request),
      ...(compute === "float32" ? {} : { compute }),
    },
  );
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
}
