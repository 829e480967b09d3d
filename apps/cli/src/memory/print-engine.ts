import { formatBytes, formatCount, formatDecimalBytes } from "@lorank/core";
import type { MemoryPrediction } from "@lorank/train";
import type { Output } from "../output.ts";
import { range, wholeNumber } from "../text.ts";
import { engineProfile } from "./choices.ts";
import { modelFacts } from "./document.ts";
import { band, type EngineAnswer, type EngineRow, LARGEST_ERROR } from "./engine.ts";
import type { NamedConfig } from "./model-config.ts";
import { printPartsTable } from "./print-answer.ts";

const stack = "LoRAnk's own engine on the CPU: trials of a sweep, in processes of their own";

const partWords: Readonly<Record<keyof MemoryPrediction["parts"], string>> = {
  process: "Node, onnxruntime and this program",
  baseWeights: "weights of the model",
  quantizationConstants: "constants of their quantisation",
  decodedWeights: "4-bit weights of one block, decoded",
  adapterWeights: "adapter",
  gradients: "gradients",
  optimizerStates: "optimiser states",
  keptForBackward: "kept by the blocks for the backward pass",
  workspaces: "gradients and outputs between blocks",
  batch: "the batch as tensors",
  programs: "compiled programs",
  temporaries: "values of one program while it runs",
  data: "tokens of the data set",
  uncollected: "arrays that the garbage collector has not come for",
  allocator: "what the allocator cannot use again",
};

/** Prints the engine's answer for people. */
export function printEngineAnswer(output: Output, { name, taken }: NamedConfig, answer: EngineAnswer): void {
  const { shape, rows } = answer;
  output.say(engineSentence(name, answer), output.colours.bold);
  if (taken !== undefined) output.say(taken);
  output.print();
  output.print(
    `${name}: ${shape.modelType}, ${wholeNumber(shape.totalParams)} parameters, ${shape.layers} layers, ` +
      `hidden size ${wholeNumber(shape.hiddenSize)}\n`,
  );
  output.say(`profile ${engineProfile}: ${stack}; ${inWords(answer)}`);
  output.print();
  output.table<EngineRow>(
    [
      { title: "rank", cell: ({ prediction }) => String(prediction.rank) },
      { title: "trainable", cell: ({ fixed }) => formatCount(fixed.trainableParams) },
      { title: "static", cell: ({ fixed }) => formatBytes(fixed.staticBytes) },
      { title: "peak", cell: ({ prediction }) => formatBytes(prediction.allocatedBytes) },
      { title: "band", cell: ({ prediction }) => range(band(prediction)) },
      { title: "peak in", align: "left", cell: ({ prediction }) => prediction.peakPhase },
    ],
    rows,
  );
  output.print();
  printParts(output, rows.at(-1)!.prediction);
  for (const assumption of engineAssumptions(answer)) output.say(`- ${assumption}`, output.colours.dim);
  output.print();
  output.say(
    `On 17 configurations the predicted peak was off by ${LARGEST_ERROR} % at most: docs/checked/memory-accuracy-engine.md.`,
  );
}

/** The document of `--json`. */
export function engineDocument({ name, taken }: NamedConfig, answer: EngineAnswer): object {
  const { shape, rows, base, targets, labels, task, microBatch, seq, dropout } = answer;
  return {
    answer: engineSentence(name, answer),
    model: { ...modelFacts(name, shape), ...(taken !== undefined && { taken }) },
    profile: engineProfile,
    stack,
    ...{ base, targets, task, labels, microBatch, seq, dropout },
    results: rows.map(({ fixed, prediction }) => ({
      ...fixed,
      ...prediction,
      reservedBytes: band(prediction),
      deviceBytes: band(prediction),
      assumptions: engineAssumptions(answer),
    })),
  };
}

/** The answer in one sentence. */
function engineSentence(name: string, { rows, microBatch, seq }: EngineAnswer): string {
  const predictions = rows.map(({ prediction }) => prediction);
  const largest = predictions.reduce((best, each) => (each.rank > best.rank ? each : best));
  const ranks =
    predictions.length > 1 ? `${predictions.length} ranks up to ${largest.rank}` : `rank ${largest.rank}`;
  const peak = range(band(largest), formatDecimalBytes);
  const whose = predictions.length > 1 ? ` at rank ${largest.rank}` : "";
  return `${name}, ${microBatch} × ${wholeNumber(seq)} tokens, trained by this engine on the CPU: ${ranks}, a peak of ${peak} a trial${whose}.`;
}

function inWords({ base, task, labels, microBatch, seq, dropout }: EngineAnswer): string {
  const what = task === "classification" ? `classification into ${labels} classes` : "next tokens";
  const format = base === "fp32" ? "float32" : base;
  const batch = `${microBatch} text${microBatch === 1 ? "" : "s"} of ${seq} tokens`;
  return `${what}, base in ${format}, ${batch} in one pass${dropout > 0 ? `, dropout ${dropout}` : ""}`;
}

function engineAssumptions({ targets }: EngineAnswer): string[] {
  const layers = targets === "all-linear" ? "every linear layer" : targets.join(", ");
  return [
    "The peak is the largest resident set of a trial's process, Node and onnxruntime included; evaluation takes 2,048 tokens a batch.",
    `An adapter on ${layers}, AdamW with two float32 moments, block activations kept but for what is cheap to compute again.`,
    "The checkpoint is taken to hold 16-bit numbers. Other devices, packed trials, and allocators other than glibc's are not covered.",
  ];
}

function printParts(output: Output, { parts, allocatedBytes, peakPhase, rank }: MemoryPrediction): void {
  output.say(
    `The peak of rank ${rank} is in the ${peakPhase}: ${formatBytes(allocatedBytes)} (${formatDecimalBytes(allocatedBytes)}).`,
  );
  output.print();
  printPartsTable(output, parts, partWords, allocatedBytes);
}
