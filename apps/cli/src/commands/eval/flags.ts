import { InputError } from "@lorank/core";
import type { Head } from "@lorank/train/engine";
import { defaults } from "../../defaults.ts";
import { flagOf } from "../../flags/flag-names.ts";
import { quantizationNamed } from "../../flags/quantization.ts";
import { readAdapter } from "../../model/read-adapter.ts";
import type { RawFlags } from "../../output.ts";
import { assertOutFile } from "../../paths.ts";
import { isSweepFolder } from "../../results/results-file.ts";
import { readFlags } from "../../settings/read.ts";
import { type EvalSettings, settings } from "./command.ts";
import { isAdapterFolder, isDataOf, modelSettings, sweepAround } from "./sweep-around.ts";

export type RequestedEvaluation = SweepEvaluation | EvaluationSettings;

export interface SweepEvaluation extends ReturnType<typeof machineOf> {
  readonly kind: "sweep";
  readonly sweep: string;
  /** Base model's path or name on this machine. (default: the sweep's setting) */
  readonly model: string | undefined;
  /** Adapter's folder. (default: the base alone) */
  readonly adapter: string | undefined;
  readonly out: string | undefined;
}

export type EvaluationSettings = ReturnType<typeof shared> &
  (
    | {
        readonly kind: "tensors";
        readonly tensors: string;
        readonly gradients: boolean;
        readonly out: string;
      }
    | {
        readonly kind: "texts";
        readonly texts: ReturnType<typeof textChoices>;
        readonly labels: readonly string[] | undefined;
        readonly template: string | undefined;
        readonly maxLength: number | undefined;
        readonly out: string | undefined;
      }
  );

const textFlags = [
  "data",
  "encoding",
  "delimiter",
  "quote",
  "skip-invalid",
  "split",
  "text-column",
  "label-column",
  "labels",
  "prompt-column",
  "response-column",
  "messages-column",
  "template",
  "max-length",
] as const;

/** Flags refused when `eval` uses a sweep's own examples: the sweep's settings apply. */
const settledBySweep = [...textFlags, "tensors", "gradients", "task", "quantize", "compute"] as const;

export function readEvalFlags(argument: string | undefined, rawFlags: RawFlags): RequestedEvaluation {
  const problems: string[] = [];
  const flags = readFlags(settings, rawFlags, problems);
  const inSweep = argument === undefined ? undefined : sweepOf(argument);
  if (inSweep !== undefined) return ofSweep(inSweep, flags, problems);
  if (argument !== undefined && isAdapterFolder(argument)) return ofAdapter(argument, flags, problems);
  const model = argument ?? flags.model ?? "";
  if (model === "") problems.push("model must be named: lorank eval <model>, got nothing");
  if (argument !== undefined && flags.model !== undefined && argument !== flags.model)
    problems.push(`model must be named once, got ${argument} and ${flags.model}`);
  const around = flags.adapter === undefined ? undefined : sweepAround(flags.adapter);
  if (around !== undefined && isOwnSplit(around, flags))
    return sweepEvaluation(
      { sweep: around, adapter: undefined },
      { ...withoutSplit(flags), model },
      problems,
    );
  return onOwnExamples(model, flags, problems);
}

function onOwnExamples(model: string, flags: EvalSettings, problems: string[]): EvaluationSettings {
  const { out, tensors, gradients = false } = flags;
  problems.push(...(tensors === undefined ? textProblems(flags) : tensorProblems(flags)));
  if (problems.length > 0) throw new InputError("E_USAGE", problems.join("\n"));
  if (out !== undefined) assertOutFile(out, "--out");
  const all = shared(model, flags);
  if (tensors !== undefined) return { ...all, kind: "tensors", tensors, gradients, out: out! };
  const { labels, template, "max-length": maxLength } = flags;
  return { ...all, kind: "texts", texts: textChoices(flags), labels, template, maxLength, out };
}

/** Request to evaluate an adapter outside a sweep; the base comes from a flag or the adapter's config. */
function ofAdapter(adapter: string, flags: EvalSettings, problems: string[]): RequestedEvaluation {
  if (flags.adapter !== undefined)
    problems.push(`adapter must be named once, got ${adapter} and ${flags.adapter}`);
  const model = flags.model ?? readAdapter(adapter).baseModel;
  if (model === "")
    problems.push(
      `model must be named for the adapter ${adapter}, whose config has none: --model, got nothing`,
    );
  return onOwnExamples(model, { ...flags, adapter }, problems);
}

function sweepOf(path: string): Pick<SweepEvaluation, "sweep" | "adapter"> | undefined {
  if (isSweepFolder(path)) return { sweep: path, adapter: undefined };
  const around = sweepAround(path);
  return around === undefined ? undefined : { sweep: around, adapter: path };
}

/** Request to evaluate a sweep's adapter, on the sweep's examples or on other texts read with the sweep's settings. */
function ofSweep(
  named: Pick<SweepEvaluation, "sweep" | "adapter">,
  flags: EvalSettings,
  problems: string[],
): RequestedEvaluation {
  const { sweep, adapter } = named;
  if (isOwnSplit(sweep, flags)) return sweepEvaluation(named, withoutSplit(flags), problems);
  if (adapter === undefined || flags.data === undefined || flags.adapter !== undefined)
    return sweepEvaluation(named, flags, problems);
  const settings = { ...modelSettings(sweep), ...flags, adapter };
  return onOwnExamples(settings.model ?? defaults.model, settings, problems);
}

/** Tests if the flags select the sweep's own validation split. Any other data setting makes `eval` read a file. */
function isOwnSplit(sweep: string, { split, data, ...flags }: EvalSettings): boolean {
  const isAsSwept = settledBySweep.every((key) => !(key in flags) || flags[key as never] === undefined);
  return split === "validation" && isAsSwept && isDataOf(sweep, data);
}

function withoutSplit({ split: _, data: __, ...flags }: EvalSettings): EvalSettings {
  return flags;
}

function sweepEvaluation(
  { sweep, adapter }: Pick<SweepEvaluation, "sweep" | "adapter">,
  flags: EvalSettings,
  problems: string[],
): SweepEvaluation {
  const others = settledBySweep.filter((key) => flags[key] !== undefined).map((key) => `--${key}`);
  if (others.length > 0)
    problems.push(`${others.join(", ")} must be absent with a sweep, which has settled them`);
  if (adapter !== undefined && flags.adapter !== undefined)
    problems.push(`adapter must be named once, got ${adapter} and ${flags.adapter}`);
  if (problems.length > 0) throw new InputError("E_USAGE", problems.join("\n"));
  const { model, out } = flags;
  if (out !== undefined) assertOutFile(out, "--out");
  return { kind: "sweep", sweep, model, adapter: adapter ?? flags.adapter, out, ...machineOf(flags) };
}

function shared(model: string, flags: EvalSettings) {
  const task: Head["kind"] | undefined = flags.task === "instruction" ? "causal-lm" : flags.task;
  return {
    model,
    adapter: flags.adapter,
    task,
    quantization: quantizationNamed(flags.quantize ?? defaults.quantize),
    ...machineOf(flags),
    compute: flags.compute ?? defaults.compute,
  };
}

function machineOf({ threads, device }: EvalSettings) {
  return { threads: threads ?? defaults.evaluationThreads, device: device ?? defaults.device };
}

function textChoices(flags: EvalSettings) {
  return {
    data: flags.data ?? defaults.data,
    encoding: flags.encoding,
    delimiter: flags.delimiter,
    quote: flags.quote,
    skipInvalid: flags["skip-invalid"],
    split: flags.split,
    textColumn: flags["text-column"],
    labelColumn: flags["label-column"],
    promptColumn: flags["prompt-column"],
    responseColumn: flags["response-column"],
    messagesColumn: flags["messages-column"],
    optionName: flagOf,
  };
}

function tensorProblems({ out, gradients, adapter, ...flags }: EvalSettings): string[] {
  const problems: string[] = [];
  if (out === undefined) problems.push("--out must name the file to write with --tensors, got nothing");
  if (gradients === true && adapter === undefined)
    problems.push("--gradients must come with --adapter, whose tensors they are of, got none");
  const others = textFlags.filter((key) => flags[key] !== undefined).map((key) => `--${key}`);
  if (others.length > 0)
    problems.push(`${others.join(", ")} must be absent with --tensors, which has no texts`);
  return problems;
}

function textProblems({ gradients }: EvalSettings): string[] {
  return gradients === true ? ["--gradients must come with --tensors, got texts"] : [];
}
