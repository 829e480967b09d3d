import { InputError } from "@lorank/core";
import type { Tensor } from "@lorank/graph";
import { type LossScale, lossScaleFor, overflowed } from "../optimizer/optimizer-step.ts";
import { countTargets, IGNORE_INDEX, type MicroBatch } from "../transformer/batch.ts";
import type { Transformer } from "../transformer/transformer.ts";
import type { AdaptedModel } from "./adapted-model.ts";

/** Token ids from another program, as for transformers' `model(input_ids, attention_mask, labels)`. */
export interface TokenTensors {
  /** Shape `[batch, seq]`. */
  readonly shape: readonly [batch: number, seq: number];
  readonly inputIds: Int32Array;
  /** Attention mask `[batch, seq]`: 1 at real tokens, which are contiguous. (default: all are real) */
  readonly attentionMask?: Int32Array;
  /**
   * Labels for classification: class per row `[batch]`; for causal-lm: tokens `[batch, seq]`, not shifted, −100 for no
   * target.
   */
  readonly labels?: Int32Array;
}

export interface TokenEvaluation {
  /** Logits `[batch, classes]` or `[batch, seq, vocab]`; rows at padding are meaningless. */
  readonly logits: Float32Array;
  readonly logitsShape: readonly number[];
  /** Mean negative log probability over the labels, in nats. */
  readonly loss?: number;
  /** Share of labels that the model finds most probable. */
  readonly accuracy?: number;
  /** Predicted label count: rows for classification, else tokens. */
  readonly targets: number;
  /** Loss gradients by name, for every adapter and head tensor. */
  readonly gradients?: ReadonlyMap<string, Float32Array>;
}

const TOKENS_PER_PASS = 2048;

/**
 * Logits for token ids; with labels also transformers' loss, and with `gradients` that loss's gradients. A label behind
 * a left pad is not counted.
 * @throws InputError E_TENSORS for wrong shapes, unknown ids, masks with holes.
 */
export async function evaluateTokenTensors(
  { family, head, model, compute, trained }: AdaptedModel,
  tokens: TokenTensors,
  { gradients: wantsGradients = false }: { readonly gradients?: boolean } = {},
): Promise<TokenEvaluation> {
  const batch = checkedBatch(tokens, head, family.vocabSize);
  const perRow = head.kind === "classification" ? 1 : batch.seq;
  const classes = head.kind === "classification" ? head.labels : family.vocabSize;
  const targets = batch.targets.filter((target) => target !== IGNORE_INDEX).length;
  if (wantsGradients && targets === 0) {
    throw new InputError("E_TENSORS", "labels must name at least one target for a gradient, got none");
  }
  const logits = new Float32Array(batch.lengths.length * perRow * classes);
  let loss = 0;
  let hits = 0;
  const rowsPerPass = Math.max(1, Math.floor(TOKENS_PER_PASS / batch.seq));
  const parts = Array.from({ length: Math.ceil(batch.lengths.length / rowsPerPass) }, (_, i) =>
    rowsOf(batch, i * rowsPerPass, (i + 1) * rowsPerPass, perRow),
  );
  for (const [i, part] of parts.entries()) {
    const run = await model.evaluate(part);
    logits.set(run.logits!, i * rowsPerPass * perRow * classes);
    for (const each of run.losses) loss += each;
    part.targets.forEach((target, i) => {
      if (target !== IGNORE_INDEX) hits += run.hits[i]!;
    });
  }
  return {
    logits,
    logitsShape: [batch.lengths.length, ...(head.kind === "classification" ? [] : [batch.seq]), classes],
    targets,
    ...(targets > 0 ? { loss: loss / targets, accuracy: hits / targets } : {}),
    ...(wantsGradients
      ? { gradients: await meanGradients(model, parts, trained, lossScaleFor(compute)) }
      : {}),
  };
}

async function meanGradients(
  model: Transformer,
  parts: readonly MicroBatch[],
  trained: ReadonlyMap<string, Tensor>,
  lossScale: LossScale | undefined,
): Promise<Map<string, Float32Array>> {
  const targets = parts.reduce((count, part) => count + countTargets(part.targets), 0);
  const gradients = new Map([...trained].map(([name, { data }]) => [name, new Float32Array(data.length)]));
  do {
    for (const gradient of gradients.values()) gradient.fill(0);
    for (const part of parts) await model.trainStep(part, (lossScale?.value ?? 1) / targets, gradients);
  } while (lossScale && overflowed(lossScale, gradients));
  if (lossScale) for (const gradient of gradients.values()) scaleBy(gradient, 1 / lossScale.value);
  return gradients;
}

function scaleBy(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}

function rowsOf(batch: MicroBatch, from: number, to: number, perRow: number): MicroBatch {
  return {
    inputIds: batch.inputIds.slice(from * batch.seq, to * batch.seq),
    lengths: batch.lengths.slice(from, to),
    starts: batch.starts!.slice(from, to),
    seq: batch.seq,
    targets: batch.targets.slice(from * perRow, to * perRow),
  };
}

function checkedBatch(tokens: TokenTensors, head: AdaptedModel["head"], vocabSize: number): MicroBatch {
  const { shape, inputIds, attentionMask, labels } = tokens;
  const [batch, seq] = shape;
  const problems: string[] = [];
  const bad = inputIds.find((id) => id < 0 || id >= vocabSize);
  if (bad !== undefined) problems.push(`input_ids must be from 0 to ${vocabSize - 1}, got ${bad}`);
  if (attentionMask && attentionMask.length !== batch * seq)
    problems.push(
      `attention_mask must have the shape of input_ids, [${batch}, ${seq}], got ${attentionMask.length} elements`,
    );
  const classes = head.kind === "classification";
  const targetCount = classes ? batch : batch * seq;
  if (labels && labels.length !== targetCount) {
    const form = classes ? `[${batch}] to classify` : `[${batch}, ${seq}] for causal-lm`;
    problems.push(`labels must have the shape ${form}, got ${labels.length} elements`);
  }
  const limit = classes ? head.labels : vocabSize;
  const badLabel = labels?.find((label) => label !== IGNORE_INDEX && (label < 0 || label >= limit));
  if (badLabel !== undefined)
    problems.push(`labels must be from 0 to ${limit - 1} or ${IGNORE_INDEX}, got ${badLabel}`);
  const runs = problems.length === 0 ? realRuns(attentionMask, batch, seq, problems) : [];
  if (problems.length > 0) throw new InputError("E_TENSORS", problems.join("\n"));
  const starts = runs.map(({ start }) => start);
  return {
    inputIds,
    seq,
    starts,
    lengths: runs.map(({ length }) => length),
    targets: labels
      ? classes
        ? labels
        : shifted(labels, starts, seq)
      : new Int32Array(targetCount).fill(IGNORE_INDEX),
  };
}

/** First real token in each row, and the real token count. */
function realRuns(
  mask: Int32Array | undefined,
  batch: number,
  seq: number,
  problems: string[],
): { readonly start: number; readonly length: number }[] {
  return Array.from({ length: batch }, (_, row) => {
    if (!mask) return { start: 0, length: seq };
    const bits = mask.subarray(row * seq, (row + 1) * seq);
    const start = bits.indexOf(1);
    const length = bits.reduce((sum, bit) => sum + bit, 0);
    const isRun = start >= 0 && bits.every((bit, i) => bit === (i >= start && i < start + length ? 1 : 0));
    if (!isRun)
      problems.push(
        `attention_mask must have one run of ones in each row, got [${bits.join("")}] in row ${row}`,
      );
    return { start, length };
  });
}

/** Target token predicted at each position: labels shifted by one. */
function shifted(labels: Int32Array, starts: readonly number[], seq: number): Int32Array {
  return labels.map((_, i) => {
    const column = i % seq;
    const isReal = column >= starts[Math.floor(i / seq)]!;
    return column === seq - 1 || !isReal ? IGNORE_INDEX : labels[i + 1]!;
  });
}
