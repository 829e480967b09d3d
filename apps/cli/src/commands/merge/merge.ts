import { classesOf, modelConfig } from "@lorank/checkpoint";
import { checkOutputFolder } from "@lorank/checkpoint/disk";
import { type MergeSummary, mergeAdapter, modelAt } from "@lorank/checkpoint/files";
import { counted, formatBytes } from "@lorank/core";
import type { BaseQuantization, SpecMembers } from "@lorank/evidence/results";
import { dequantizedWeights } from "@lorank/train/quantize";
import type { Input } from "../../command.ts";
import { quantizationName, quantizationNamed } from "../../flags/quantization.ts";
import { readAdapter, specOfAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath, resolveModelPath } from "../../model/resolve.ts";
import type { Messages, Page } from "../../output.ts";
import { progressLine } from "../../progress/progress.ts";
import { plainText } from "../../text.ts";
import type { MergeSettings, mergeWays } from "./command.ts";

/** Weights to which `merge` adds the update: original or dequantised. */
type MergeWay = (typeof mergeWays)[number];

type MergeInput = Input<MergeSettings, readonly [model: string, adapter: string]>;

export function check({ settings: { quantize, into } }: MergeInput, problems: string[]): void {
  if (quantize !== undefined && into !== "dequantized")
    problems.push("--quantize must be left out without --into dequantized");
}

export async function run(
  { settings, names: [model, name] }: MergeInput,
  output: Messages,
): Promise<MergeDocument> {
  const { out, force = false, dtype, into = "original" } = settings;
  checkOutputFolder(out, { force });
  const adapterFolder = await resolveAdapterPath(name, output);
  const adapter = readAdapter(adapterFolder);
  const base = await resolveModelPath(model, output);
  const { config } = modelConfig(modelAt(base));
  const trainedOn = quantizationOf(adapterFolder);
  const named = settings.quantize === undefined ? undefined : quantizationNamed(settings.quantize);
  const quantization = named ?? trainedOn;
  const progress = progressLine(output);
  const summary = mergeAdapter({
    base,
    adapter,
    out,
    force,
    sources: [adapterFolder],
    ...(dtype === undefined ? {} : { dtype }),
    ...(into === "original"
      ? {}
      : { readThrough: (weights) => dequantizedWeights(weights, config, quantization) }),
    onTensor: ({ done, total, name }) => progress.show(`${done} of ${total} tensors: ${name}`),
  });
  progress.end();
  const { classNames = null } = adapter;
  return {
    ...{ model, adapter: name, out, into, dtype: dtype ?? null, classNames },
    lacksClassNames:
      classNames === null && adapter.taskType === "SEQ_CLS" && classesOf(adapter) !== undefined,
    trainedOn: trainedOn === undefined ? null : quantizationName(trainedOn),
    ...summary,
  };
}

function quantizationOf(adapterFolder: string): BaseQuantization | undefined {
  const spec: SpecMembers | undefined = specOfAdapter(adapterFolder);
  return spec?.base?.kind === "pretrained" ? spec.base.quantization : undefined;
}

const intoWords = { original: "", dequantized: ", into what 4 bits leave of the base" };

export interface MergeDocument extends MergeSummary {
  readonly model: string;
  readonly adapter: string;
  readonly out: string;
  readonly into: MergeWay;
  readonly dtype: string | null;
  readonly classNames: readonly string[] | null;
  /** Tells if the adapter is a classifier's and names no classes. */
  readonly lacksClassNames: boolean;
  /** 4-bit format of the base on which the adapter was trained; null if none is known. */
  readonly trainedOn: string | null;
}

export function view(merged: MergeDocument, page: Page, { settings }: MergeInput): void {
  const { lacksClassNames, trainedOn } = merged;
  const { out, into, classNames, bytes, files, heads, tensors, tokenizerProblem, prefix } = merged;
  page.say(
    `The merged model is in ${out}: ${formatBytes(bytes)} in ${counted(files.length, "file")}, ` +
      `${merged.merged} of ${counted(tensors, "tensor")} changed${intoWords[into]}.`,
  );
  if (heads.length > 0) page.say(`The trained head is in it: ${heads.join(", ")}.`);
  if (classNames !== null) page.say(`Its classes are ${classNames.join(", ")}.`);
  if (lacksClassNames)
    page.note(
      `warning: the adapter does not name its classes: id2label in ${out}/config.json is the base's, or LABEL_0 and so on`,
    );
  if (tokenizerProblem !== null)
    page.note(`warning: the merged model has no tokenizer: ${plainText(tokenizerProblem)}`);
  if (prefix !== "") page.say(`The base's tensors are named ${prefix}.… now, as beside a head they must be.`);
  if (trainedOn !== null && settings.into === undefined)
    page.note(
      `The adapter was trained on ${trainedOn}: --into dequantized merges it into those weights. lorank eval scores both.`,
    );
}
