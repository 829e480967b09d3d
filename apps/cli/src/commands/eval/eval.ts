import { type Float32Tensor, type PeftAdapter, peftKey, safetensorsParts } from "@lorank/checkpoint";
import { replaceFile } from "@lorank/checkpoint/disk";
import { modelAt, openSafetensors, type SafetensorsFile } from "@lorank/checkpoint/files";
import { counted, InputError, wholeNumber } from "@lorank/core";
import type { Evaluation } from "@lorank/evidence/results";
import type { TrainedRows } from "@lorank/train/data";
import {
  type AdaptedModel,
  adaptedModel,
  evaluateTokenTensors,
  type TokenEvaluation,
  type TokenTensors,
} from "@lorank/train/engine";
import type { Input, TypedWords } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import { pickDevice } from "../../device.ts";
import { readAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath, resolveModelPath } from "../../model/resolve.ts";
import type { Messages, Page } from "../../output.ts";
import { plainText } from "../../text.ts";
import type { EvalSettings } from "./command.ts";
import { evaluateNamed } from "./evaluate-texts.ts";
import {
  type EvaluationSettings,
  type RequestedEvaluation,
  readEvalFlags,
  type SweepEvaluation,
} from "./flags.ts";
import { evaluateOnSweep } from "./on-sweep.ts";
import { rowsBehind } from "./sweep-around.ts";
import { readEvaluationData } from "./texts.ts";

type EvalInput = Input<EvalSettings, readonly [model: string | undefined]>;

export type EvalDocument = TextScores | TensorScores;

interface Evaluated {
  readonly scores: EvalDocument;
  readonly kind: AdaptedModel["head"]["kind"];
}

export function read({ names: [argument], flags }: TypedWords<EvalInput>): RequestedEvaluation {
  return readEvalFlags(argument, flags);
}

export async function run(settings: RequestedEvaluation, output: Messages): Promise<Evaluated> {
  if (settings.kind === "sweep") return onSweep(settings, output);
  const modelPath = await resolveModelPath(settings.model, output);
  const adapterFolder =
    settings.adapter === undefined ? undefined : await resolveAdapterPath(settings.adapter, output);
  const adapter = adapterFolder === undefined ? undefined : readAdapter(adapterFolder);
  const trainedOn = adapterFolder === undefined ? undefined : rowsBehind(adapterFolder);
  const places = { modelPath, adapter, trainedOn };
  return settings.kind === "tensors"
    ? onTensors(settings, places, output)
    : onTexts(settings, places, output);
}

export function document({ scores }: Evaluated): EvalDocument {
  return scores;
}

export function view({ scores, kind }: Evaluated, page: Page): void {
  if ("targets" in scores) viewTensorScores(scores, kind, page);
  else viewTextScores(scores, kind, page);
}

interface Places {
  readonly modelPath: string;
  readonly adapter: PeftAdapter | undefined;
  readonly trainedOn: TrainedRows | undefined;
}

async function onTensors(
  settings: Extract<EvaluationSettings, { kind: "tensors" }>,
  places: Places,
  output: Messages,
): Promise<Evaluated> {
  const tokens = readTokenTensors(settings.tensors);
  // Labels `[batch]` are classes, `[batch, seq]` tokens.
  const byLabels =
    tokens.labels && (tokens.labels.length === tokens.shape[0] ? "classification" : "causal-lm");
  const loaded = await load(settings, places, byLabels, output);
  const evaluation = await evaluateTokenTensors(loaded, tokens, { gradients: settings.gradients });
  writeEvaluation(
    settings.out,
    evaluation,
    new Map([...loaded.trained].map(([name, { shape }]) => [name, shape])),
  );
  await loaded.model.dispose();
  const { loss = null, accuracy = null, targets } = evaluation;
  const scores = { loss, accuracy, examples: tokens.shape[0]!, targets, out: settings.out };
  return { scores, kind: loaded.head.kind };
}

export interface TensorScores {
  /** Mean loss in nats; null without labels, as is the accuracy. */
  readonly loss: number | null;
  readonly accuracy: number | null;
  readonly examples: number;
  readonly targets: number;
  readonly out: string;
}

function viewTensorScores(
  { loss, accuracy, targets, out }: TensorScores,
  kind: AdaptedModel["head"]["kind"],
  output: Page,
): void {
  if (loss !== null) {
    output.print(`log loss  ${loss.toFixed(6)} nats`);
    const of = counted(targets, kind === "classification" ? "text" : "token");
    output.print(`accuracy  ${(100 * accuracy!).toFixed(2)} % of ${of}`);
  }
  output.print(`written   ${out}`);
}

async function onTexts(
  settings: Extract<EvaluationSettings, { kind: "texts" }>,
  places: Places,
  output: Messages,
): Promise<Evaluated> {
  const { adapter, modelPath, trainedOn } = places;
  const byAdapter = adapter?.taskType === "CAUSAL_LM" ? "causal-lm" : adapter ? "classification" : undefined;
  const data = await readEvaluationData({ ...settings.texts, task: settings.task ?? byAdapter });
  const loaded = await load(settings, places, data.kind, output);
  const room = loaded.family.maxPositions ?? Number.POSITIVE_INFINITY;
  const { ids, evaluation, classes, cut, inTraining, notes } = await evaluateNamed({
    loaded,
    data,
    modelPath,
    ofAdapter: adapter?.classNames,
    labels: settings.labels,
    template: settings.template,
    maxLength: settings.maxLength ?? Math.min(defaults.maxLength[data.kind], room),
    onProgress: evaluationProgress(output),
    trainedOn,
  });
  await loaded.model.dispose();
  const { logLoss, accuracy } = evaluation;
  if (settings.out !== undefined) writeOutcomes(settings.out, ids, evaluation);
  for (const note of [...data.notes, ...notes]) output.note(plainText(note));
  const scores: TextScores = {
    loss: logLoss,
    accuracy,
    examples: ids.length,
    cut,
    ...(inTraining === undefined ? {} : { inTraining }),
    ...(classes ? { classNames: classes.names, classNamesFrom: classes.from } : {}),
    ...(settings.out === undefined ? {} : { out: settings.out }),
  };
  return { scores, kind: data.kind };
}

async function onSweep(settings: SweepEvaluation, output: Messages): Promise<Evaluated> {
  const { sweep, out } = settings;
  const { evaluation, examples, task, metric } = await evaluateOnSweep(settings, output);
  if (out !== undefined) writeOutcomes(out, examples, evaluation);
  const scores: TextScores = {
    loss: evaluation.logLoss!,
    accuracy: evaluation.accuracy,
    examples: examples.length,
    sweep,
    ...(metric === undefined ? {} : { metric }),
    ...(task.kind === "classification" ? { classNames: task.labels, classNamesFrom: "the sweep" } : {}),
    ...(out === undefined ? {} : { out }),
  };
  return { scores, kind: task.kind };
}

function writeOutcomes(
  out: string,
  ids: readonly string[],
  { correct, logLosses, answers }: Evaluation,
): void {
  const lines = ids
    .map((example, i) => ({ example, correct: correct[i], logLoss: logLosses?.[i] }))
    .filter((_, i) => answers?.[i]?.leftOut !== true)
    .map((line) => JSON.stringify(line));
  replaceFile(out, `${lines.join("\n")}\n`);
}

export interface TextScores {
  /** Mean log loss per example, in nats. */
  readonly loss: number;
  readonly accuracy: number;
  readonly examples: number;
  /** Number of evaluated texts cut to the maximum length; absent for a sweep's examples. */
  readonly cut?: number;
  /** Number of examples also in the adapter's training data; absent if unknown. */
  readonly inTraining?: number;
  /** Results folder of the sweep to which these evaluation examples belong. */
  readonly sweep?: string;
  /** Metric for generated answers; `accuracy` is the mean over examples. */
  readonly metric?: string;
  readonly classNames?: readonly string[];
  readonly classNamesFrom?: string;
  readonly out?: string;
}

function viewTextScores(
  { loss, accuracy, examples, inTraining = 0, sweep, metric, classNames, classNamesFrom, out }: TextScores,
  kind: AdaptedModel["head"]["kind"],
  output: Page,
): void {
  if (sweep !== undefined)
    output.print(plainText(`examples  the ${examples} on which the sweep in ${sweep} compares its ranks`));
  if (inTraining > 0)
    output.print(
      `examples  ${wholeNumber(inTraining)} of these ${counted(examples, "row")} trained this adapter: of new data they say little`,
    );
  // Printed under --quiet too, since the figures below depend on the class order.
  if (classNames)
    output.print(
      plainText(`classes   ${classNames.join(", ")}, in the head's order (from ${classNamesFrom})`),
    );
  const mean = `mean over ${counted(examples, "example")}`;
  output.print(`log loss  ${loss.toFixed(4)} nats, ${mean}`);
  const responses = metric === undefined ? "the response tokens" : `${metric}, by generated answers`;
  const of = kind === "classification" ? counted(examples, "text") : `${plainText(responses)}, ${mean}`;
  output.print(`accuracy  ${(100 * accuracy).toFixed(2)} % of ${of}`);
  if (out !== undefined) output.print(`written   ${out}`);
}

async function load(
  settings: EvaluationSettings,
  { modelPath, adapter }: Places,
  fallback: AdaptedModel["head"]["kind"] | undefined,
  output: Messages,
): Promise<AdaptedModel> {
  const { runtime, chose, why } = await pickDevice(settings);
  if (chose !== "cpu") output.note(`On ${plainText(why)}`);
  const task = settings.task ?? (adapter?.taskType ? undefined : fallback);
  return adaptedModel({
    model: modelAt(modelPath),
    adapter,
    task,
    quantization: settings.quantization,
    runtime,
  });
}

export function evaluationProgress({
  quiet,
}: Pick<Messages, "quiet">): (done: number, total: number) => void {
  const every = 10_000;
  let last = Date.now();
  return (done, total) => {
    if (quiet || done === total || Date.now() - last < every) return;
    last = Date.now();
    process.stderr.write(`${new Date().toISOString()} evaluating, ${done} of ${total}\n`);
  };
}

/**
 * Reads `input_ids` `[batch, seq]`, and optionally `attention_mask` and `labels`, in any integer type.
 * @throws E_TENSORS for a missing tensor or wrong shape; as the safetensors reader.
 */
export function readTokenTensors(path: string): TokenTensors {
  const file = openSafetensors(path);
  try {
    const ids = file.tensors.get("input_ids");
    if (ids === undefined) {
      const names = [...file.tensors.keys()].slice(0, 5).join(", ") || "no tensor";
      throw new InputError("E_TENSORS", `${path} must hold input_ids, got ${names}`);
    }
    const [batch = 0, seq = 0] = ids.shape;
    if (ids.shape.length !== 2 || batch * seq === 0) {
      throw new InputError("E_TENSORS", `input_ids must be [batch, seq], got [${ids.shape.join(", ")}]`);
    }
    return {
      shape: [batch, seq],
      inputIds: integers(file, "input_ids"),
      ...(file.tensors.has("attention_mask") ? { attentionMask: integers(file, "attention_mask") } : {}),
      ...(file.tensors.has("labels") ? { labels: integers(file, "labels") } : {}),
    };
  } finally {
    file.close();
  }
}

function integers(file: SafetensorsFile, name: string): Int32Array {
  const { dtype } = file.tensors.get(name)!;
  if (/^(F|BF)/.test(dtype)) throw new InputError("E_TENSORS", `${name} must hold integers, got ${dtype}`);
  return Int32Array.from(file.readFloat32(name)); // float32 holds ids exactly up to 2^24; above, this throws
}

/** Writes `logits`, `loss` and gradients (under PEFT's keys), all float32. */
export function writeEvaluation(
  path: string,
  evaluation: TokenEvaluation,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  const tensors = new Map<string, Float32Tensor>([
    ["logits", { shape: evaluation.logitsShape, data: evaluation.logits }],
  ]);
  if (evaluation.loss !== undefined)
    tensors.set("loss", { shape: [], data: Float32Array.of(evaluation.loss) });
  for (const [name, data] of evaluation.gradients ?? []) {
    tensors.set(peftKey(name), { shape: shapes.get(name)!, data });
  }
  replaceFile(path, safetensorsParts(tensors, { format: "pt" }));
}
