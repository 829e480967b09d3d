import { availableParallelism } from "node:os";
import { type ConsumerWarning, consumerWarnings } from "@lorank/checkpoint";
import { checkOutputFolder } from "@lorank/checkpoint/disk";
import { counted, formatCount, formatDecimalBytes, wholeNumber } from "@lorank/core";
import type { EngineResult } from "@lorank/evidence/results";
import type { OpenDevice } from "@lorank/graph/devices";
import { type TrainedLora, type TrainingRun, trainPrepared } from "@lorank/train";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import { pickDevice } from "../../device.ts";
import { exitCode, throwIfAny } from "../../errors.ts";
import { checkpointInterval } from "../../flags/kinds.ts";
import { printWarnings } from "../../model/read-adapter.ts";
import type { Messages, Page, RawFlags } from "../../output.ts";
import { readFlags } from "../../settings/read.ts";
import { readSettings } from "../../settings/read-file.ts";
import { type SettingsOf, settingsOf } from "../../settings/table.ts";
import { printSizes } from "../../sweep/announce.ts";
import { type PrintedConfig, printedConfig } from "../../sweep/print-config.ts";
import {
  exampleNoun,
  type LearnedDocument,
  learnedDocument,
  type PreparedTrials,
  prepareTrials,
  type TrialSettings,
  trialFacts,
  trialNotes,
} from "../../sweep/trials.ts";
import { duration, plainText, shellWord } from "../../text.ts";
import { lossLines } from "./loss-lines.ts";

/** A request, and the settings that `--print-config` shows. */
interface TrainRequest extends TrainSettings {
  readonly config: End<PrintedConfig> | undefined;
}

export function read({
  names: [file],
  flags,
}: TypedWords<Input<SettingsOf<"train">, readonly [file: string | undefined]>>): TrainRequest {
  const settings = readTrainSettings(file, flags);
  const isPrinted = flags.printConfig === true;
  const sources = () => ({
    command: "train" as const,
    settings: readSettings("train", file, flags),
    typed: readFlags(settingsOf("train"), flags),
    file,
  });
  return { ...settings, config: isPrinted ? printedConfig(sources()) : undefined };
}

export const { document, view, exit } = ofEnd;

export async function run(
  { config, ...settings }: TrainRequest,
  output: Messages,
): Promise<End<TrainDocument>> {
  if (config !== undefined) return config;
  const { rank, seed, out, force, trial } = settings;
  checkOutputFolder(out, { force });
  // Test texts are for a verdict. Those of a file are set aside all the same, so that the trial is the one of a sweep.
  const request = { "test-examples": 0, ...trial, ranks: [rank], seeds: [seed] };
  const prepared = await prepareTrials(request, output);
  const [{ adapterBytes: bytes = 0 } = {}] = prepared.sizes;
  checkOutputFolder(out, { force, sources: [prepared.modelPath], bytes });
  const threads = threadsOf(settings);
  const { device: name = defaults.device, compute = defaults.compute } = trial;
  const device = await pickDevice({ device: name, threads, compute });
  output.page.facts([
    ...trialFacts(prepared),
    ["seed", String(seed)],
    ["threads", String(threads)],
    ["device", plainText(device.why)],
    ["out", out],
  ]);
  const sizes = { baseParams: prepared.plan.model.totalParams, ranks: prepared.sizes };
  printSizes(sizes, output.page);
  const notes = trialNotes(prepared);
  if (notes.length > 0) output.note(`${notes.map(plainText).join("\n")}\n`);

  const { checkpointEvery } = settings;
  const stop = new AbortController();
  const saved: Saved = {};
  const release = listen(out, stop, saved, output);
  let trained: TrainedLora;
  try {
    const run = { threads, device: device.chose, out, force, checkpointEvery, signal: stop.signal };
    trained = await trainOne(prepared, run, saved, output);
  } finally {
    release();
  }
  const { result, adapter } = trained;
  if (result.evaluation === undefined) return notTrained(result);
  const facts = { result, consumers: consumerWarnings(adapter), prepared, settings, device };
  return { document: trainedDocument(facts), view: (page) => viewTrained(facts, page) };
}

function threadsOf({ trial }: TrainSettings): number {
  return trial.threads ?? availableParallelism();
}

async function trainOne(
  prepared: PreparedTrials,
  run: TrainingRun,
  saved: Saved,
  { live, quiet }: Messages,
): Promise<TrainedLora> {
  const write = (text: string): void => void process.stderr.write(text);
  const lines = lossLines({ columns: process.stderr.columns ?? 100, write }, { live });
  try {
    return await trainPrepared(prepared.plan.specs[0]!, prepared, {
      ...run,
      portable: prepared.portable,
      onEvent: (event) => {
        if (event.kind === "checkpoint" || event.kind === "resumed") saved.step = event.step;
        if (!quiet) lines.event(event);
      },
    });
  } finally {
    lines.end();
  }
}

/** The step of the last checkpoint, once there is one. */
interface Saved {
  step?: number;
}

/** Until the adapter is written, a signal ends the process at once, with a checkpoint where one is due. */
function listen(out: string, stop: AbortController, saved: Saved, output: Messages): () => void {
  const end = (code: number) => (): void => {
    stop.abort();
    const { step } = saved;
    output.note(
      step === undefined
        ? "\nStopped: nothing was written."
        : `\nStopped. The same command goes on from step ${wholeNumber(step)}.`,
    );
    const ended: InterruptedTrainDocument = {
      status: "interrupted",
      out,
      ...(step === undefined ? {} : { checkpoint: step }),
    };
    output.document(ended);
    process.exit(code);
  };
  const [interrupt, terminate] = [end(exitCode.killed), end(exitCode.terminated)];
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", terminate);
  return () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
  };
}

function notTrained({ divergedAtStep }: EngineResult): End<DivergedDocument> {
  return {
    document: { status: "diverged", divergedAtStep },
    exit: exitCode.failed,
    view: ({ note }) =>
      note(
        `The training diverged: its loss stopped being finite at step ${divergedAtStep}. Nothing was written.\n` +
          "A lower --learning-rate usually helps.",
      ),
  };
}

/** Facts about an adapter that was trained. */
interface TrainedAdapter {
  readonly result: EngineResult;
  readonly consumers: readonly ConsumerWarning[];
  readonly prepared: PreparedTrials;
  readonly settings: TrainSettings;
  readonly device: OpenDevice;
}

export type TrainDocument = TrainedDocument | DivergedDocument | InterruptedTrainDocument | PrintedConfig;

export interface TrainedDocument extends LearnedDocument {
  readonly status: "complete";
  readonly out: string;
  readonly trialId: string;
  readonly rank: number;
  readonly seed: number;
  /** On the validation examples; the loss in nats. */
  readonly evaluation: { readonly loss: number; readonly accuracy: number; readonly examples: number };
  /** Loss of the last step, in nats. */
  readonly trainLoss: number | null;
  readonly steps: number;
  readonly loraParams: number;
  readonly trainableParams: number;
  readonly adapterBytes: number;
  readonly notes: readonly string[];
  readonly portable: boolean;
  readonly device: string;
  readonly seconds: EngineResult["measured"]["seconds"];
  readonly consumers: readonly ConsumerWarning[];
  /** The command to type next. */
  readonly next: string;
}

export interface DivergedDocument {
  readonly status: "diverged";
  /** The first step whose loss is not finite. */
  readonly divergedAtStep?: number | undefined;
}

export interface InterruptedTrainDocument {
  readonly status: "interrupted";
  readonly out: string;
  /** Step that the same command goes on from. */
  readonly checkpoint?: number;
}

function trainedDocument({ result, consumers, prepared, settings, device }: TrainedAdapter): TrainedDocument {
  const { evaluation, measured, lossCurve } = result;
  const { accuracy, logLoss, correct } = evaluation!;
  const { out, rank, seed } = settings;
  return {
    status: "complete",
    out,
    trialId: result.trialId,
    rank,
    seed,
    evaluation: { loss: logLoss, accuracy, examples: correct.length },
    trainLoss: lossCurve.at(-1)?.loss ?? null,
    steps: result.steps,
    loraParams: result.loraParams,
    trainableParams: result.trainableParams,
    adapterBytes: result.adapterBytes,
    ...learnedDocument(prepared),
    notes: prepared.notes,
    portable: prepared.portable,
    device: device.why,
    seconds: measured.seconds,
    consumers,
    next: inspectCommand(out),
  };
}

function viewTrained({ result, consumers, prepared, settings }: TrainedAdapter, page: Page): void {
  const { spec, evaluation, measured } = result;
  const { accuracy, logLoss, correct } = evaluation!;
  const { out, rank, trial } = settings;
  const of =
    spec.task.kind === "classification"
      ? counted(correct.length, "text")
      : `the response tokens, mean over ${counted(correct.length, exampleNoun(spec.task))}`;
  page.print(`log loss  ${logLoss.toFixed(4)} nats on ${of}`);
  page.print(`accuracy  ${(100 * accuracy).toFixed(2)} % of ${of}`);
  page.print(`took      ${duration(measured.seconds.total)}, ${counted(result.steps, "step")}`);
  page.print(
    `adapter   ${out} (rank ${rank}, ${formatCount(result.trainableParams)} parameters, ` +
      `${formatDecimalBytes(result.adapterBytes)}${prepared.portable ? ", portable" : ""})`,
  );
  if (spec.base.kind === "random") page.print("\nThis adapter fits the random base of this run only.");
  page.print();
  printWarnings(consumers, page);
  page.print(`\nNext: ${inspectCommand(out)}   (what the adapter's rank is used for)`);
  page.print(
    `      lorank eval ${shellWord(trial.model ?? defaults.model)} --adapter ${shellWord(out)} --data …   (on other data)`,
  );
}

function inspectCommand(out: string): string {
  return `lorank inspect ${shellWord(out)}`;
}

export interface TrainSettings {
  readonly rank: number;
  readonly seed: number;
  readonly out: string;
  readonly force: boolean;
  /** (default: as `trainLora`) */
  readonly checkpointEvery: TrainingRun["checkpointEvery"];
  /** Settings of a trial. */
  readonly trial: TrialSettings;
}

/**
 * The settings of one adapter. The file may be that of a sweep: what it says of its grid and its folder is not meant for
 * one adapter. `--rank`, `--seed` and `--out` are flags only. A file with a `trainer` is refused: this engine is not what
 * its sweep trains with.
 *
 * @throws InputError `E_CONFIG` with everything that is wrong.
 */
export function readTrainSettings(file: string | undefined, flags: RawFlags): TrainSettings {
  const problems: string[] = [];
  const {
    trainer,
    rank = defaults.rank,
    seed = defaults.seed,
    out = defaults.adapterOut,
    force = false,
    "checkpoint-every": every,
    ...trial
  } = readSettings("train", file, flags, problems);
  if (trainer !== undefined)
    problems.push(
      `${file}: trainer must be left out for train, which trains with this engine, got ${trainer.command.join(" ")}\n` +
        `One run of that command: lorank sweep ${shellWord(file!)} --ranks ${rank} --seeds 1`,
    );
  throwIfAny(problems);
  const checkpointEvery = every === undefined ? undefined : checkpointInterval(every);
  return { rank, seed, out, force, checkpointEvery, trial };
}
