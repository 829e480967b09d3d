import type { PeftAdapter } from "@lorank/checkpoint";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { InputError } from "@lorank/core";
import {
  accuracyOf,
  canonicalJson,
  type EngineEvaluation,
  type EngineSpec,
  type MetricName,
  metricOf,
  positiveProbability,
} from "@lorank/evidence/schema";
import { fromPeftAdapter } from "../adapter/peft.ts";
import { loadBase } from "../base/base.ts";
import { headOf, loadDataset, type TrialInputs } from "../base/trial-model.ts";
import { evaluationBatches, lengthsOf, padBatch } from "../batches/batches.ts";
import {
  decodeTestExamples,
  type TestExamples,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedTokensExample,
} from "../data/dataset.ts";
import { retentionOf, textLosses } from "../retain/forgetting.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import { Transformer } from "../transformer/transformer.ts";
import { type JudgeInputs, judgedAnswers } from "./judged-answers.ts";

/** Padded tokens per evaluation batch: keeps the CPU busy in little memory. */
export const EVALUATION_TOKENS = 2048;

export interface EvaluateOptions {
  readonly padId: number;
  /** Metric whose columns a classification records beside correctness and log loss, such as F1. (default: none) */
  readonly metric?: MetricName | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Evaluates examples in length-sorted batches; results are in the examples' order. */
export async function evaluate(
  model: Transformer,
  examples: readonly TokenizedExample[] | readonly TokenizedTokensExample[],
  { padId, metric, onProgress }: EvaluateOptions,
): Promise<EngineEvaluation> {
  const { set } = metricOf(metric);
  const predictions = new Array<number>(set === undefined ? 0 : examples.length);
  const correct = new Array<number>(examples.length);
  const logLosses = new Array<number>(examples.length);
  let done = 0;
  for (const indices of evaluationBatches(lengthsOf(examples), EVALUATION_TOKENS)) {
    const own = Array.from(indices, (index) => examples[index]!) as TokenizedExample[];
    const batch = padBatch(own, { padId });
    const rows = await model.losses(batch);
    const rowsPerExample = rows.losses.length / batch.lengths.length; // 1 to classify, seq for causal-lm
    indices.forEach((index, i) => {
      const from = i * rowsPerExample;
      const { loss, hits, count } = sumOfRows(rows, batch.targets, from, from + rowsPerExample);
      if (set !== undefined) predictions[index] = rows.predictions[i]!;
      correct[index] = hits / count;
      logLosses[index] = loss / count;
    });
    done += indices.length;
    onProgress?.(done, examples.length);
  }
  const logLoss = logLosses.reduce((sum, loss) => sum + loss, 0) / logLosses.length;
  const evaluation = { accuracy: accuracyOf({ correct }), logLoss, correct, logLosses };
  if (set === undefined) return evaluation;
  const labels = examples.map((example) => (example as TokenizedExample).label);
  return {
    ...evaluation,
    labels,
    ...(set.needs[1] === "prediction"
      ? { predictions }
      : { positiveScores: labels.map((label, i) => positiveProbability(label, logLosses[i]!)) }),
  };
}

/**
 * Evaluates a trial's model: losses, generated answers if the spec has any, and what retained texts tell.
 * @param base the untouched base's log losses on the retained texts. (default: the model is that base)
 */
export async function evaluateTrial(
  { answers }: Pick<EngineSpec, "answers">,
  { validation: examples, retained }: Pick<TokenizedDataset, "validation" | "retained">,
  inputs: JudgeInputs & Pick<EvaluateOptions, "metric">,
  base?: readonly number[],
): Promise<EngineEvaluation> {
  const { family, model, metric, onProgress } = inputs;
  const options = { padId: family.padTokenId, onProgress };
  const evaluation = await evaluate(model, examples, { ...options, metric });
  const secondary = retained && retentionOf(await retainedLosses(model, retained, options), base);
  const judged =
    answers && (await judgedAnswers(examples as readonly TokenizedTokensExample[], answers, inputs));
  return { ...evaluation, ...judged, ...(secondary && { secondary }) };
}

/** Log loss of each retained text in nats, the mean over its predicted tokens. */
export async function retainedLosses(
  model: Transformer,
  windows: readonly TokenizedTokensExample[],
  options: EvaluateOptions,
): Promise<number[]> {
  const { logLosses } = await evaluate(model, windows, options);
  return textLosses(windows, logLosses);
}

function sumOfRows(
  { losses, hits }: { readonly losses: Float32Array; readonly hits: Uint8Array },
  targets: Int32Array,
  from: number,
  to: number,
): { loss: number; hits: number; count: number } {
  const sum = { loss: 0, hits: 0, count: 0 };
  for (let row = from; row < to; row++) {
    if (targets[row] === IGNORE_INDEX) continue;
    sum.loss += losses[row]!;
    sum.hits += hits[row]!;
    sum.count++;
  }
  return sum;
}

/** Test examples as `encodeTestExamples` writes them, and the SHA-256 they must have. */
export interface TestExamplesBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Evaluates adapters in turn on a trial's validation examples, or `test`. `evaluateAdapters` in `node` reads them from
 * files.
 */
export async function evaluateAdapters(
  spec: EngineSpec,
  adapters: readonly (PeftAdapter | undefined)[],
  inputs: Pick<
    TrialInputs,
    "model" | "dataset" | "datasetName" | "runtime" | "metric" | "openJudge" | "openScorer"
  >,
  test?: TestExamplesBytes,
): Promise<EngineEvaluation[]> {
  const data: Pick<TokenizedDataset, "validation" | "retained"> =
    test === undefined
      ? loadDataset(spec, inputs.dataset, inputs.datasetName)
      : { validation: loadTestExamples(spec, test).test };
  const { family, head, weights } = loadBase(spec.base, inputs.model, headOf(spec.task));
  const runtime = await inputs.runtime(spec.compute ?? "float32");
  const { model: source, metric, openJudge, openScorer } = inputs;
  const { retained } = data;
  const base =
    retained && adapters.some((adapter) => adapter !== undefined)
      ? await on(undefined, (model) => retainedLosses(model, retained, { padId: family.padTokenId }))
      : undefined;
  const evaluations: EngineEvaluation[] = [];
  for (const adapter of adapters)
    evaluations.push(
      await on(adapter, (model) =>
        evaluateTrial(spec, data, { family, model, source, metric, openJudge, openScorer }, adapter && base),
      ),
    );
  return evaluations;

  async function on<T>(adapter: PeftAdapter | undefined, work: (model: Transformer) => Promise<T>) {
    const adapted = adapter && fromPeftAdapter(head, adapter);
    const parameters = new Map([...weights, ...(adapted?.parameters ?? [])]);
    const model = new Transformer({ family, head, runtime, adapter: adapted?.shape, parameters });
    const done = await work(model);
    await model.dispose();
    return done;
  }
}

function loadTestExamples({ task }: EngineSpec, { name, bytes, sha256 }: TestExamplesBytes): TestExamples {
  const found = sha256Hex(bytes);
  if (found !== sha256) {
    throw new InputError(
      "E_DATASET",
      `${name} must hold the test examples ${sha256.slice(0, 12)}…, got ${found.slice(0, 12)}…`,
    );
  }
  const examples = decodeTestExamples(bytes);
  if (canonicalJson(examples.task) === canonicalJson(task)) return examples;
  throw new InputError(
    "E_DATASET",
    `test examples must be of the trial's task ${JSON.stringify(task)}, got ${JSON.stringify(examples.task)}`,
  );
}
