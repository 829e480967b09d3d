import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classesOf } from "@lorank/checkpoint";
import { modelAt, openSafetensors, readPeftAdapter } from "@lorank/checkpoint/files";
import { floats, type Recompute, type Runtime } from "@lorank/graph";
import { fromPeftAdapter } from "../../src/adapter/peft.ts";
import { readBase } from "../../src/base/base.ts";
import { IGNORE_INDEX, type MicroBatch } from "../../src/transformer/batch.ts";
import { Transformer } from "../../src/transformer/transformer.ts";

/** A folder that a script of `scripts/reference/` wrote: a model, an adapter, and what transformers + PEFT make of them. */
export interface ParityCase {
  readonly model: Transformer;
  /** Adapter and head, as the model trains them. */
  readonly trained: ReadonlyMap<string, Float32Array>;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly expected: ReturnType<typeof openSafetensors>;
  readonly json: { readonly loss: number; readonly leftLoss?: number };
  readonly classification: boolean;
}

export type Side = "right" | "left";

export function loadCase(folder: string, runtime: Runtime, recompute: Recompute = "cheap"): ParityCase {
  const adapter = readPeftAdapter(join(folder, "adapter"));
  const classification = adapter.taskType === "SEQ_CLS";
  const { family, head, weights } = readBase(
    modelAt(folder),
    classification ? { kind: "classification", labels: classesOf(adapter)! } : { kind: "causal-lm" },
  );
  const { shape, parameters } = fromPeftAdapter(head, adapter);
  return {
    model: new Transformer({
      family,
      head,
      runtime,
      adapter: shape,
      parameters: new Map([...weights, ...parameters]),
      recompute,
    }),
    trained: new Map([...parameters].map(([name, tensor]) => [name, floats(tensor)])),
    shapes: new Map([...parameters].map(([name, { shape }]) => [name, shape])),
    expected: openSafetensors(join(folder, "expected.safetensors")),
    json: JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as ParityCase["json"],
    classification,
  };
}

/** Name of an expected tensor for the right- or the left-padded batch. */
export const tensorName = (side: Side, name: string): string => (side === "left" ? `left.${name}` : name);

/** PEFT's key of a parameter that our graphs call `model.layers.0….lora_A.weight`. */
export const peftKey = (name: string): string => `base_model.model.${name}`;

export function batchOf({ expected, classification }: ParityCase, side: Side): MicroBatch {
  const read = (name: string): number[] => integers(expected, tensorName(side, name));
  const inputIds = Int32Array.from(read("input_ids"));
  const batch = expected.tensors.get(tensorName(side, "input_ids"))!.shape[0]!;
  const seq = inputIds.length / batch;
  const rows = Array.from({ length: batch }, (_, row) =>
    read("attention_mask").slice(row * seq, (row + 1) * seq),
  );
  const labels = read("labels");
  // The fixture's labels are not shifted: position t predicts labels[t + 1].
  const shifted = labels.map((_, i) => (i % seq === seq - 1 ? IGNORE_INDEX : labels[i + 1]!));
  return {
    inputIds,
    seq,
    lengths: rows.map((row) => row.reduce((sum, bit) => sum + bit, 0)),
    starts: rows.map((row) => row.indexOf(1)),
    targets: Int32Array.from(classification ? labels : shifted),
  };
}

function integers(source: ParityCase["expected"], name: string): number[] {
  return Array.from(new BigInt64Array(source.readBytes(name).slice().buffer), Number);
}

/** Largest difference of logits at real tokens; rows at pads mean nothing. */
export function logitDifference(
  { classification }: ParityCase,
  batch: MicroBatch,
  actual: Float32Array,
  wanted: Float32Array,
): number {
  if (classification) return largestDifference(actual, wanted);
  const classes = wanted.length / batch.inputIds.length;
  let worst = 0;
  batch.lengths.forEach((length, row) => {
    const first = row * batch.seq + (batch.starts?.[row] ?? 0);
    const range = [first * classes, (first + length) * classes] as const;
    worst = Math.max(worst, largestDifference(actual.subarray(...range), wanted.subarray(...range)));
  });
  return worst;
}

export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length)
    throw new Error(`there must be ${expected.length} numbers, got ${actual.length}`);
  // Math.max keeps a NaN, as it should.
  return actual.reduce((worst, element, i) => Math.max(worst, Math.abs(element - expected[i]!)), 0);
}

export function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
