import { formatByteRange, formatCount, formatDecimalBytes, InputError, wholeNumber } from "@lorank/core";
import { type StaticBytes, staticBytes } from "@lorank/core/memory";
import { memoryDefaults as d } from "@lorank/core/memory-names";
import { modelShapeFromConfig, selectTargets } from "@lorank/core/models";
import type { BaseQuantization } from "@lorank/evidence/results";
import type { MemoryPrediction } from "@lorank/train";
import type { End } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import { throwIfAny } from "../../errors.ts";
import { flagOf } from "../../flags/flag-names.ts";
import { quantizationNamed } from "../../flags/quantization.ts";
import type { Page } from "../../output.ts";
import { checkedPage } from "../../text.ts";
import { engineProfile, type MemoryFlags } from "./choices.ts";
import { CONFIGURATIONS, LARGEST_ERROR } from "./engine-accuracy.ts";
import { type ModelFacts, modelFacts } from "./estimate.ts";
import { maxPositionsOf, type NamedConfig } from "./model-config.ts";
import { objectiveFields } from "./objective.ts";
import { printPartsTable, shapeLine } from "./print-answer.ts";

/** Document on CPU memory of LoRAnk's own engine (`--profile lorank`). */
export interface EngineMemoryDocument {
  readonly answer: string;
  readonly model: ModelFacts;
  readonly profile: typeof engineProfile;
  readonly stack: string;
  readonly base: EngineBase;
  readonly targets: readonly string[] | "all-linear";
  readonly task: "classification" | "causal-lm";
  readonly labels?: number | undefined;
  readonly microBatch: number;
  readonly seq: number;
  readonly dropout: number;
  readonly results: readonly EngineRow[];
}

type EngineRow = Omit<StaticBytes, "parts"> &
  MemoryPrediction & {
    readonly reservedBytes: readonly [lo: number, hi: number];
    readonly deviceBytes: readonly [lo: number, hi: number];
    readonly assumptions: readonly string[];
  };

/** Flags refused for LoRAnk's engine: it lacks the choice, or its memory does not depend on it. */
const foreign: readonly (keyof MemoryFlags)[] = [
  "method",
  "expertRank",
  "gpu",
  "strategy",
  "variant",
  "loss",
  "attention",
  "checkpointing",
  "optimizer",
  "adapterDtype",
  "loraKernels",
  "fusedNorms",
  "kbitPrepare",
  "bnbVersion",
  "packing",
  "compile",
  "accumulation",
  "tokens",
  "examples",
  "imageTokens",
  "epochs",
  "price",
  "optimizerInBackward",
  ...objectiveFields,
];
const bases = ["fp32", "nf4", "nf4-dq"] as const;
type EngineBase = (typeof bases)[number];

/** Fields required by the engine, although no shape depends on them; built-in configs omit them. */
const unshaping = {
  rms_norm_eps: 1e-6,
  layer_norm_eps: 1e-12,
  layer_norm_epsilon: 1e-5,
  query_pre_attn_scalar: 256,
  pad_token_id: 1,
};

/** Predicts LoRAnk's own CPU memory by rank. Throws E_CONFIG with every foreign flag; as its model reader. */
export async function engineMemory(
  { name, taken, config: modelConfig, builtIn }: NamedConfig,
  typed: MemoryFlags,
): Promise<End<EngineMemoryDocument>> {
  if (typed.svg !== undefined)
    throw new InputError("E_CONFIG", `--svg must be left out with --profile ${engineProfile}`);
  const problems: string[] = [];
  for (const name of foreign) {
    if (typed[name] !== undefined)
      problems.push(
        `${flagOf(name)} must be left out with --profile ${engineProfile}, got ${name === "gpu" ? typed.gpu?.text : typed[name]}`,
      );
  }
  const { base: requested = "fp32" } = typed;
  const base = bases.find((name) => name === requested) ?? "fp32";
  if (base !== requested)
    problems.push(`--base must be ${bases.join(" or ")} with --profile ${engineProfile}, got ${requested}`);
  throwIfAny(problems);
  const { ranks = d.ranks, targets = defaults.targets, microBatch = d.microBatch, dropout = 0 } = typed;
  const seq = typed.seq ?? Math.min(maxPositionsOf(modelConfig) ?? d.seq, d.seq);

  const config = { ...(builtIn ? unshaping : {}), ...(modelConfig as Readonly<Record<string, unknown>>) };
  // Encoders are trained to classify, with two classes unless `--labels` says more.
  const encoder = modelShapeFromConfig(config).head.kind === "none";
  const labels = typed.labels ?? (encoder ? 2 : undefined);
  const shape = modelShapeFromConfig(
    config,
    labels === undefined ? {} : { head: { kind: "classification", labels } },
  );
  const selected = selectTargets(shape, targets);
  const { predictEngineMemory } = await import("@lorank/train");
  const quantization = quantizationOf(base);
  const nf4 = { dtype: "nf4", doubleQuant: base === "nf4-dq", otherDtype: "fp32" } as const;
  const format = base === "fp32" ? { dtype: base } : nf4;
  const results: EngineRow[] = [];
  for (const rank of ranks) {
    const fixed = staticBytes({ shape, targets: selected, rank, base: format, adapterDtype: "fp32" });
    const prediction = await predictEngineMemory({
      ...{ config, rank, microBatch, seq, dropout },
      head: labels === undefined ? { kind: "causal-lm" } : { kind: "classification", labels },
      ...(quantization && { quantization }),
      ...(targets === "all-linear" ? {} : { targetModules: targets }),
    });
    const band = bandOf(prediction);
    const assumptions = engineAssumptions(targets);
    results.push({ ...fixed, ...prediction, reservedBytes: band, deviceBytes: band, assumptions });
  }
  const task = labels === undefined ? "causal-lm" : "classification";
  const document: EngineMemoryDocument = {
    answer: engineSentence(name, { results, microBatch, seq }),
    model: { ...modelFacts(name, shape), taken },
    profile: engineProfile,
    stack,
    ...{ base, targets, task, labels, microBatch, seq, dropout, results },
  };
  return { document, view: (page) => page.json || printEngineMemory(document, page) };
}

/** Range of real bytes around a prediction, by the largest error measured. */
function bandOf({ allocatedBytes }: MemoryPrediction): readonly [lo: number, hi: number] {
  const share = LARGEST_ERROR / 100;
  return [Math.round(allocatedBytes / (1 + share)), Math.round(allocatedBytes / (1 - share))];
}

function quantizationOf(base: EngineBase): BaseQuantization | undefined {
  return base === "fp32" ? undefined : quantizationNamed(base);
}

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
  keyValueCache: "keys and values of the texts that are answered",
  laidOutWeights: "weights laid out for the answers",
  programs: "compiled programs",
  temporaries: "values of one program while it runs",
  data: "tokens of the data set",
  uncollected: "arrays that the garbage collector has not come for",
  allocator: "what the allocator cannot use again",
};

function printEngineMemory(document: EngineMemoryDocument, output: Page): void {
  const { answer, model, results } = document;
  output.say(answer, output.colours.bold);
  if (model.taken !== undefined) output.say(model.taken);
  output.print();
  output.print(`${shapeLine(model)}\n`);
  output.say(`profile ${engineProfile}: ${stack}; ${inWords(document)}\n`);
  output.table<EngineRow>(
    [
      { title: "rank", cell: ({ rank }) => String(rank) },
      { title: "trainable", cell: ({ trainableParams }) => formatCount(trainableParams) },
      { title: "static", cell: ({ staticBytes }) => formatDecimalBytes(staticBytes) },
      { title: "peak", cell: ({ allocatedBytes }) => formatDecimalBytes(allocatedBytes) },
      { title: "band", cell: ({ deviceBytes }) => formatByteRange(deviceBytes, formatDecimalBytes) },
      { title: "peak in", align: "left", cell: ({ peakPhase }) => peakPhase },
    ],
    results,
  );
  output.print();
  printParts(output, results.at(-1)!);
  for (const assumption of results[0]!.assumptions) output.say(`- ${assumption}`, output.colours.dim);
  output.print();
  output.say(
    `On ${CONFIGURATIONS} configurations the predicted peak was off by ${LARGEST_ERROR} % at most: ${checkedPage("memory-accuracy-engine")}`,
  );
}

function engineSentence(
  name: string,
  { results, microBatch, seq }: Pick<EngineMemoryDocument, "results" | "microBatch" | "seq">,
): string {
  const largest = results.reduce((best, each) => (each.rank > best.rank ? each : best));
  const several = results.length > 1;
  const ranks = several ? `${results.length} ranks up to ${largest.rank}` : `rank ${largest.rank}`;
  const peak = formatByteRange(largest.deviceBytes, formatDecimalBytes);
  const whose = several ? ` at rank ${largest.rank}` : "";
  return `${name}, ${microBatch} × ${wholeNumber(seq)} tokens, trained by this engine on the CPU: ${ranks}, a peak of ${peak} a trial${whose}.`;
}

function inWords({ base, task, labels, microBatch, seq, dropout }: EngineMemoryDocument): string {
  const what = task === "classification" ? `classification into ${labels} classes` : "next tokens";
  const format = base === "fp32" ? "float32" : base;
  const batch = `${microBatch} text${microBatch === 1 ? "" : "s"} of ${seq} tokens`;
  return `${what}, base in ${format}, ${batch} in one pass${dropout > 0 ? `, dropout ${dropout}` : ""}`;
}

function engineAssumptions(targets: EngineMemoryDocument["targets"]): string[] {
  const layers = targets === "all-linear" ? "every linear layer" : targets.join(", ");
  return [
    "The peak is the largest resident set of a trial's process, Node and onnxruntime included; evaluation takes 2,048 tokens a batch.",
    `An adapter on ${layers}, AdamW with two float32 moments, block activations kept but for what is cheap to compute again.`,
    "The checkpoint is taken to hold 16-bit numbers. Other devices, packed trials, and allocators other than glibc's are not covered.",
  ];
}

function printParts(output: Page, { parts, allocatedBytes, peakPhase, rank }: MemoryPrediction): void {
  output.say(`The peak of rank ${rank} is in the ${peakPhase}: ${formatDecimalBytes(allocatedBytes)}.\n`);
  const largestFirst = (Object.entries(parts) as [keyof typeof parts, number][])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, bytes]) => [partWords[name], bytes] as const);
  printPartsTable(output, largestFirst, formatDecimalBytes);
}
