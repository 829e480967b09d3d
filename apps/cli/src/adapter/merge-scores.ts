import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import { type PairedDifference, pairedDifference } from "@lorank/core/decide";
import type { EngineEvaluation, MetricName } from "@lorank/core/results";
import { loadAdaptedModel } from "@lorank/train";
import { defaults } from "../defaults.ts";
import { pickDevice } from "../device.ts";
import { evaluateTexts } from "../eval/evaluate-texts.ts";
import { textChoices } from "../eval/flags.ts";
import { type EvaluationData, readEvaluationData } from "../eval/texts.ts";
import type { Output } from "../output.ts";
import type { mergeWays, SettingsOf } from "../settings/table.ts";
import { counted, plainText } from "../text.ts";

/** The weights that take the update. */
export type MergeWay = (typeof mergeWays)[number];

/** What both merged models are scored on. */
export interface ScoredData {
  readonly data: EvaluationData;
  readonly template: string | undefined;
  readonly maxLength: number | undefined;
}

export interface MergeScores {
  readonly examples: number;
  readonly original: { readonly loss: number; readonly accuracy: number };
  readonly dequantized: { readonly loss: number; readonly accuracy: number };
  readonly confidence: number;
  /** How much better the merge into the original weights is. */
  readonly logLoss: PairedDifference;
  readonly accuracy: PairedDifference;
  /** Null where the interval of the log loss has 0 in it. */
  readonly ship: MergeWay | null;
  readonly notes: readonly string[];
}

/**
 * Reads what to score on, before anything is written.
 *
 * @throws InputError E_USAGE for a base that is there in 4 bits alone, E_DATA for what is wrong with the data.
 */
export async function readScoredData(
  settings: SettingsOf<"merge">,
  { taskType }: PeftAdapter,
  config: Readonly<Record<string, unknown>>,
): Promise<ScoredData> {
  if (config.quantization_config !== undefined)
    throw new InputError(
      "E_USAGE",
      "--data must come with a model in 16 or 32 bits, got one in 4 bits, for which there is one way to merge",
    );
  const task = taskType === "CAUSAL_LM" ? "causal-lm" : "classification";
  const data = await readEvaluationData({ ...textChoices(settings), task });
  return { data, template: settings.template, maxLength: settings["max-length"] };
}

/** Evaluates the merged models on the same examples. */
export async function scoreMerges(
  folders: Readonly<Record<MergeWay, string>>,
  { data, template, maxLength }: ScoredData,
  { classNames }: PeftAdapter,
): Promise<MergeScores> {
  const evaluated = async (modelPath: string) => {
    const { runtime } = await pickDevice({
      threads: defaults.evaluationThreads,
      device: defaults.device,
      compute: defaults.compute,
    });
    const loaded = loadAdaptedModel({ modelPath, task: data.kind, runtime });
    const room = loaded.family.maxPositions ?? Number.POSITIVE_INFINITY;
    const found = await evaluateTexts({
      loaded,
      data,
      modelPath,
      classNames,
      labels: undefined,
      template,
      maxLength: maxLength ?? Math.min(defaults.maxLength[data.kind], room),
      onProgress: () => {},
    });
    await loaded.model.dispose();
    return found;
  };
  const original = await evaluated(folders.original);
  const dequantized = await evaluated(folders.dequantized);
  const { confidence } = defaults;
  const difference = (metric: MetricName) =>
    pairedDifference(original.evaluation, dequantized.evaluation, metric, confidence);
  const logLoss = difference("log-loss");
  const [least, most] = logLoss.interval;
  return {
    examples: original.ids.length,
    original: figures(original.evaluation),
    dequantized: figures(dequantized.evaluation),
    confidence,
    logLoss,
    accuracy: difference("accuracy"),
    ship: least > 0 ? "original" : most < 0 ? "dequantized" : null,
    notes: [...data.notes, ...original.notes],
  };
}

function figures({ logLoss, accuracy }: EngineEvaluation) {
  return { loss: logLoss, accuracy };
}

const wayWords = { original: "original weights", dequantized: "dequantised weights" };

/** Both scores, their difference, and in one sentence which model to ship. */
export function printScores(
  scores: MergeScores,
  { into, out }: { readonly into: MergeWay; readonly out: string },
  output: Output,
): void {
  for (const note of scores.notes) output.note(plainText(note));
  output.print();
  output.table<MergeWay>(
    [
      { title: "merged into the", align: "left", cell: (way) => wayWords[way] },
      { title: "log loss", cell: (way) => scores[way].loss.toFixed(4) },
      { title: "accuracy", cell: (way) => `${(100 * scores[way].accuracy).toFixed(2)} %` },
    ],
    ["original", "dequantized"],
  );
  output.print();
  output.say(shipWords(scores, into, out));
}

export function shipWords(
  { examples, confidence, logLoss, ship }: Pick<MergeScores, "examples" | "confidence" | "logLoss" | "ship">,
  into: MergeWay,
  out: string,
): string {
  const level = `${Math.round(100 * confidence)} %`;
  const on = `on these ${counted(examples, "example")}`;
  const between = (sign: 1 | -1) =>
    logLoss.interval
      .map((bound) => (sign * bound).toFixed(4))
      .toSorted((a, b) => Number(a) - Number(b))
      .join(" to ");
  if (ship === null) {
    return (
      `Ship either: ${on}, log loss is ${Math.abs(logLoss.advantage).toFixed(4)} nats lower in the ` +
      `${wayWords[logLoss.advantage >= 0 ? "original" : "dequantized"]}, with 0 in the ${level} interval ` +
      `(${between(logLoss.advantage >= 0 ? 1 : -1)}). ${out} holds the merge into the ${wayWords[into]}.`
    );
  }
  const sign = ship === "original" ? 1 : -1;
  return (
    `Ship the merge into the ${wayWords[ship]}: ${on}, its log loss is lower by ${(sign * logLoss.advantage).toFixed(4)} ` +
    `nats (${level} interval ${between(sign)}).` +
    (ship === into ? "" : ` ${out} holds the other one: merge again with --into ${ship}.`)
  );
}
