import { classesOf, modelConfig } from "@lorank/checkpoint";
import { checkOutputFolder } from "@lorank/checkpoint/disk";
import { type MergeSummary, mergeAdapter, modelAt } from "@lorank/checkpoint/files";
import { counted, formatBytes } from "@lorank/core";
import type { BaseQuantization, SpecMembers } from "@lorank/evidence/results";
import { dequantizedWeights } from "@lorank/train/quantize";
import { exitCode } from "../errors.ts";
import { readAdapter, specOfAdapter } from "../model/read-adapter.ts";
import { resolveAdapterPath, resolveModelPath } from "../model/resolve.ts";
import { type CommandFlags, createOutput, type Output } from "../output.ts";
import { progressLine } from "../progress/progress.ts";
import type { mergeWays } from "../settings/choices.ts";
import { quantizationName, quantizationNamed } from "../settings/quantization.ts";
import { readFlags, throwIfAny } from "../settings/read.ts";
import type { SettingsOf } from "../settings/table.ts";
import { plainText } from "../text.ts";

/** The weights that take the update. */
type MergeWay = (typeof mergeWays)[number];

export async function runMergeCommand(model: string, name: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const problems: string[] = [];
  const settings = readFlags("merge", flags, problems);
  problems.push(...misplacedFlags(settings));
  throwIfAny(problems);
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
  const merged = { ...{ model, adapter: name, out, into, dtype: dtype ?? null, classNames }, ...summary };
  output.document<MergeDocument>(merged);
  const lacksNames =
    classNames === null && adapter.taskType === "SEQ_CLS" && classesOf(adapter) !== undefined;
  print(merged, { lacksNames, trainedOn: settings.into === undefined ? trainedOn : undefined }, output);
  return exitCode.done;
}

/** Flags without the one that they belong to. */
function misplacedFlags({ quantize, into }: SettingsOf<"merge">): string[] {
  return quantize !== undefined && into !== "dequantized"
    ? ["--quantize must be left out without --into dequantized"]
    : [];
}

/** The 4 bits of the base that the adapter was trained on, where its folder says so. */
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
}

/** Facts of the adapter that are worth a hint. */
interface AdapterHints {
  /** It is a classifier's and names no classes. */
  readonly lacksNames: boolean;
  /** The 4 bits that it was trained on, where nobody chose what to merge it into. */
  readonly trainedOn: BaseQuantization | undefined;
}

function print(merged: MergeDocument, { lacksNames, trainedOn }: AdapterHints, output: Output): void {
  const { out, into, classNames, bytes, files, heads, tensors, tokenizerProblem, prefix } = merged;
  output.say(
    `The merged model is in ${out}: ${formatBytes(bytes)} in ${counted(files.length, "file")}, ` +
      `${merged.merged} of ${counted(tensors, "tensor")} changed${intoWords[into]}.`,
  );
  if (heads.length > 0) output.say(`The trained head is in it: ${heads.join(", ")}.`);
  if (classNames !== null) output.say(`Its classes are ${classNames.join(", ")}.`);
  if (lacksNames)
    output.note(
      `warning: the adapter does not name its classes: id2label in ${out}/config.json is the base's, or LABEL_0 and so on`,
    );
  if (tokenizerProblem !== null)
    output.note(`warning: the merged model has no tokenizer: ${plainText(tokenizerProblem)}`);
  if (prefix !== "")
    output.say(`The base's tensors are named ${prefix}.… now, as beside a head they must be.`);
  if (trainedOn !== undefined)
    output.note(
      `The adapter was trained on ${quantizationName(trainedOn)}: --into dequantized merges it into those weights. lorank eval scores both.`,
    );
}
