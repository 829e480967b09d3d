import { availableParallelism } from "node:os";
import { type ConsumerWarning, consumerWarnings } from "@lorank/checkpoint";
import { checkOutputFolder } from "@lorank/checkpoint/disk";
import { counted, formatCount, formatDecimalBytes, wholeNumber } from "@lorank/core";
import { comparedIn, type EngineResult, type Task } from "@lorank/evidence/results";
import {
  type StepChoice,
  type StoppingSettings,
  type TrainedLora,
  type TrainingRun,
  trainPrepared,
} from "@lorank/train";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import { pickDevice } from "../../device.ts";
import { throwIfAny } from "../../errors.ts";
import { exitCode } from "../../exit-code.ts";
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
import { againstLast, chosenStepLines, pointsFact } from "./chosen-step.ts";
import { lossLines } from "./loss-lines.ts";

type TrainRequest = TrainSettings & { readonly config?: End<PrintedConfig> };

export function read({
  names: [file],
  flags,
}: TypedWords<Input<SettingsOf<"train">, readonly [file: string | undefined]>>): TrainRequest {
  const request = readTrainSettings(file, flags);
  if (flags.printConfig !== true) return request;
  const settings = readSettings("train", file, flags);
  const typed = readFlags(settingsOf("train"), flags);
  return { ...request, config: printedConfig({ command: "train", settings, typed, file }) };
}

export const { document, view, exit } = ofEnd;

export async function run(
  { config, rank, seed, out, force, checkpointEvery, patience, trial }: TrainRequest,
  output: Messages,
): Promise<End<TrainDocument>> {
  if (config !== undefined) return config;
  checkOutputFolder(out, { force });
  // Test examples serve verdicts only. A file's test texts are still set aside, to make the trial equal to a sweep's.
  const request = { "test-examples": 0, ...trial, ranks: [rank], seeds: [seed] };
  const prepared = await prepareTrials(request, output);
  const { sizes, modelPath, plan, notes, portable } = prepared;
  const [{ adapterBytes: bytes = 0 } = {}] = sizes;
  checkOutputFolder(out, { force, sources: [modelPath], bytes });
  const { threads = availableParallelism(), compute = defaults.compute } = trial;
  const device = await pickDevice({ device: trial.device ?? defaults.device, threads, compute });
  output.page.facts([
    ...trialFacts(prepared),
    ...pointsFact(trial["evaluate-every"], patience),
    ["seed", String(seed)],
    ["threads", String(threads)],
    ["device", plainText(device.why)],
    ["out", out],
  ]);
  printSizes({ baseParams: plan.model.totalParams, ranks: sizes }, comparedIn(), output.page);
  const remarks = trialNotes(prepared);
  if (remarks.length > 0) output.note(`${remarks.map(plainText).join("\n")}\n`);

  const options = { threads, device: device.chose, out, force, checkpointEvery, portable, patience };
  const { result, adapter, choice } = await trainOne(prepared, options, output);
  if (result.evaluation === undefined) return notTrained(result, out, choice);
  const { trialId, spec, evaluation, lossCurve, steps, loraParams, trainableParams, adapterBytes } = result;
  // Scores are of the adapter that is written, on examples that did not choose its step.
  const { accuracy, logLoss: loss } = choice?.chosen ?? evaluation;
  const examples = choice?.scoredExamples ?? evaluation.correct.length;
  const document: TrainedDocument = {
    ...{ status: "complete", out, trialId, rank, seed },
    evaluation: { loss: loss!, accuracy, examples },
    ...(choice && { choice }),
    trainLoss: lossCurve.at(-1)?.loss ?? null,
    ...{ steps, loraParams, trainableParams, adapterBytes },
    ...learnedDocument(prepared),
    ...{ notes, portable, device: device.why, seconds: result.measured.seconds },
    consumers: consumerWarnings(adapter),
    next: `lorank inspect ${shellWord(out)}`,
    model: trial.model ?? defaults.model,
    task: spec.task.kind,
    isRandomBase: spec.base.kind === "random",
  };
  return { document, view: (page) => viewTrained(document, page) };
}

/** Trains one adapter. Until it is written, a signal ends the process at once, with a checkpoint if due. */
async function trainOne(
  prepared: PreparedTrials,
  run: TrainingRun & StoppingSettings & { readonly out: string },
  output: Messages,
): Promise<TrainedLora> {
  const { out } = run;
  const stop = new AbortController();
  let checkpoint: number | undefined;
  const end = (code: number) => (): void => {
    stop.abort();
    output.note(
      checkpoint === undefined
        ? "\nStopped: nothing was written."
        : `\nStopped. The same command goes on from step ${wholeNumber(checkpoint)}.`,
    );
    const ended: InterruptedTrainDocument = {
      status: "interrupted",
      out,
      ...(checkpoint !== undefined && { checkpoint }),
    };
    output.document(ended);
    process.exit(code);
  };
  const ends = [
    ["SIGINT", end(exitCode.killed)],
    ["SIGTERM", end(exitCode.terminated)],
  ] as const;
  for (const [signal, listener] of ends) process.once(signal, listener);
  const write = (text: string): void => void process.stderr.write(text);
  const lines = lossLines({ columns: process.stderr.columns ?? 100, write }, output);
  try {
    const { specs, config } = prepared.plan;
    const { validationGroups } = config;
    return await trainPrepared(
      specs[0]!,
      { ...prepared, validationGroups },
      {
        ...run,
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind === "checkpoint" || event.kind === "resumed") checkpoint = event.step;
          if (!output.quiet) lines.event(event);
        },
      },
    );
  } finally {
    lines.end();
    for (const [signal, listener] of ends) process.off(signal, listener);
  }
}

function notTrained(
  { divergedAtStep, spec }: EngineResult,
  out: string,
  choice: StepChoice | undefined,
): End<DivergedDocument> {
  const written =
    choice === undefined
      ? "Nothing was written."
      : `The adapter in ${out} is from step ${wholeNumber(choice.chosen.step)}.`;
  return {
    document: { status: "diverged", divergedAtStep, ...(choice && { out, choice }) },
    exit: exitCode.failed,
    view: (page) => {
      page.note(
        `The training diverged: its loss stopped being finite at step ${divergedAtStep}. ${written}\n` +
          "A lower --learning-rate usually helps.",
      );
      if (choice === undefined) return;
      const { chosen, scoredExamples } = choice;
      for (const line of scoreLines(
        { loss: chosen.logLoss, accuracy: chosen.accuracy, examples: scoredExamples },
        spec.task.kind,
        choice,
      ))
        page.print(line);
    },
  };
}

export type TrainDocument = TrainedDocument | DivergedDocument | InterruptedTrainDocument | PrintedConfig;

export interface TrainedDocument extends LearnedDocument {
  readonly status: "complete";
  readonly out: string;
  readonly trialId: string;
  readonly rank: number;
  readonly seed: number;
  /**
   * Scores of the adapter on the validation examples, without those that chose its step; `loss` is the mean log loss in
   * nats.
   */
  readonly evaluation: { readonly loss: number; readonly accuracy: number; readonly examples: number };
  /** Choice of the step that the adapter is of. Absent without `--evaluate-every`: it is of the last step. */
  readonly choice?: StepChoice;
  /** Last training step's loss in nats. */
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
  /** Next command to type. */
  readonly next: string;
  /** Base model's name as typed. */
  readonly model: string;
  readonly task: Task["kind"];
  /** Tells if the base is random: the adapter then fits no other model. */
  readonly isRandomBase: boolean;
}

export interface DivergedDocument {
  readonly status: "diverged";
  /** Training step at which the loss, gradient or weights stopped being finite. */
  readonly divergedAtStep?: number | undefined;
  /** Folder with the adapter of the chosen step; absent if nothing was written. */
  readonly out?: string;
  /** Choice of a step before the divergence. Absent without a usable evaluation on the way. */
  readonly choice?: StepChoice;
}

export interface InterruptedTrainDocument {
  readonly status: "interrupted";
  readonly out: string;
  /** Step from which the command resumes when repeated. */
  readonly checkpoint?: number;
}

/** Lines on the scores of the adapter that is written, with the choice of its step, if any. */
function scoreLines(
  { loss, accuracy, examples }: TrainedDocument["evaluation"],
  task: Task["kind"],
  choice: StepChoice | undefined,
): string[] {
  const noun = exampleNoun(task);
  const count = choice === undefined ? counted(examples, noun) : `the other ${counted(examples, noun)}`;
  const of = task === "classification" ? count : `the response tokens, mean over ${count}`;
  return [
    ...(choice === undefined ? [] : chosenStepLines(choice, noun)),
    `log loss  ${loss.toFixed(4)} nats on ${of}`,
    `accuracy  ${(100 * accuracy).toFixed(2)} % of ${of}`,
    ...(choice === undefined ? [] : againstLast(choice)),
  ];
}

function viewTrained(trained: TrainedDocument, page: Page): void {
  const { out, rank, evaluation, steps, seconds, trainableParams, adapterBytes, next } = trained;
  for (const line of scoreLines(evaluation, trained.task, trained.choice)) page.print(line);
  page.print(`took      ${duration(seconds.total)}, ${counted(steps, "step")}`);
  page.print(
    `adapter   ${out} (rank ${rank}, ${formatCount(trainableParams)} parameters, ` +
      `${formatDecimalBytes(adapterBytes)}${trained.portable ? ", portable" : ""})`,
  );
  if (trained.isRandomBase) page.print("\nThis adapter fits the random base of this run only.");
  page.print();
  printWarnings(trained.consumers, page);
  page.print(`\nNext: ${next}   (what the adapter's rank is used for)`);
  page.print(
    `      lorank eval ${shellWord(trained.model)} --adapter ${shellWord(out)} --data …   (on other data)`,
  );
}

export interface TrainSettings {
  readonly rank: number;
  readonly seed: number;
  readonly out: string;
  readonly force: boolean;
  readonly checkpointEvery: TrainingRun["checkpointEvery"];
  readonly patience: StoppingSettings["patience"];
  readonly trial: TrialSettings;
}

/**
 * Reads the settings of `train`. Of a sweep's file, grid and folder are ignored. A file with `trainer` is refused.
 * @throws `E_CONFIG` with all problems.
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
    patience,
    ...trial
  } = readSettings("train", file, flags, problems);
  if (trainer !== undefined)
    problems.push(
      `${file}: trainer must be left out for train, which trains with this engine, got ${trainer.command.join(" ")}\n` +
        `One run of that command: lorank sweep ${shellWord(file!)} --ranks ${rank} --seeds 1`,
    );
  if (patience !== undefined && trial["evaluate-every"] === undefined)
    problems.push(`--patience must be absent without --evaluate-every, got ${patience}`);
  throwIfAny(problems);
  const checkpointEvery = every === undefined ? undefined : checkpointInterval(every);
  return { rank, seed, out, force, checkpointEvery, patience, trial };
}
