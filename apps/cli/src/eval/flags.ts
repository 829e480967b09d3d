import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError } from "@lorank/core";
import type { Head } from "@lorank/train/engine";
import { defaults } from "../defaults.ts";
import type { CommandFlags } from "../output.ts";
import { flagOf } from "../settings/flag-names.ts";
import { quantizationNamed } from "../settings/quantization.ts";
import { readFlags } from "../settings/read.ts";
import type { SettingsOf } from "../settings/table.ts";

export type EvalFlags = CommandFlags;

/** What is to be done, by what was named: token ids, or texts. */
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

/** Flags that only texts have. */
const textFlags = [
  "data",
  "encoding",
  "delimiter",
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

/** Checks the flags. Throws InputError E_USAGE with all that is wrong. */
export function readEvalFlags(argument: string | undefined, flags: EvalFlags): EvaluationSettings {
  const problems: string[] = [];
  const given = readFlags("eval", flags, problems);
  const model = argument ?? given.model ?? "";
  if (model === "") problems.push("model must be named: lorank eval <model>, got nothing");
  if (argument !== undefined && given.model !== undefined && argument !== given.model)
    problems.push(`model must be named once, got ${argument} and ${given.model}`);
  const { out, tensors, gradients = false } = given;
  if (out !== undefined && !existsSync(dirname(resolve(out))))
    problems.push(`--out must lie in a folder that exists, got ${out}`);
  problems.push(...(tensors === undefined ? textProblems(given) : tensorProblems(given)));
  if (problems.length > 0) throw new InputError("E_USAGE", problems.join("\n"));
  const all = shared(model, given);
  if (tensors !== undefined) return { ...all, kind: "tensors", tensors, gradients, out: out! };
  const { labels, template, "max-length": maxLength } = given;
  return { ...all, kind: "texts", texts: textChoices(given), labels, template, maxLength, out };
}

function shared(model: string, given: SettingsOf<"eval">) {
  // `instruction` is what the other commands call it.
  const task: Head["kind"] | undefined = given.task === "instruction" ? "causal-lm" : given.task;
  return {
    model,
    adapter: given.adapter,
    task,
    quantization: quantizationNamed(given.quantize ?? defaults.quantize),
    threads: given.threads ?? defaults.evaluationThreads,
    device: given.device ?? defaults.device,
    compute: given.compute ?? defaults.compute,
  };
}

/** Which rows to read. */
function textChoices(given: SettingsOf<"eval">) {
  return {
    data: given.data ?? defaults.data,
    encoding: given.encoding,
    delimiter: given.delimiter,
    skipInvalid: given["skip-invalid"],
    split: given.split,
    textColumn: given["text-column"],
    labelColumn: given["label-column"],
    promptColumn: given["prompt-column"],
    responseColumn: given["response-column"],
    messagesColumn: given["messages-column"],
    optionName: flagOf,
  };
}

function tensorProblems({ out, gradients, adapter, ...given }: SettingsOf<"eval">): string[] {
  const problems: string[] = [];
  if (out === undefined) problems.push("--out must name the file to write with --tensors, got nothing");
  if (gradients === true && adapter === undefined)
    problems.push("--gradients must come with --adapter, whose tensors they are of, got none");
  const others = textFlags.filter((key) => given[key] !== undefined).map((key) => `--${key}`);
  if (others.length > 0)
    problems.push(`${others.join(", ")} must be absent with --tensors, which has no texts`);
  return problems;
}

function textProblems({ gradients }: SettingsOf<"eval">): string[] {
  return gradients === true ? ["--gradients must come with --tensors, got texts"] : [];
}
