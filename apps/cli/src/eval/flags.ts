import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type BaseQuantization, InputError } from "@lorank/core";
import type { ComputeType, DeviceName } from "@lorank/graph";
import type { Head } from "@lorank/train";
import { quantizationNamed, quantizations } from "../config/quantization.ts";
import { settings } from "../config/settings-schema.ts";
import { defaults } from "../defaults.ts";
import type { OutputFlags } from "../output.ts";
import type { SplitName } from "./texts.ts";

/** As commander gives them. */
export interface EvalFlags extends OutputFlags {
  readonly model?: string;
  readonly adapter?: string;
  readonly task?: string;
  readonly quantize?: string;
  readonly tensors?: string;
  readonly gradients?: boolean;
  readonly data?: string;
  readonly split?: string;
  readonly textColumn?: string;
  readonly labelColumn?: string;
  readonly labels?: string;
  readonly promptColumn?: string;
  readonly responseColumn?: string;
  readonly messagesColumn?: string;
  readonly template?: string;
  readonly maxLength?: string;
  readonly out?: string;
  readonly threads?: string;
  readonly device?: string;
  readonly compute?: string;
}

interface Shared {
  readonly model: string;
  readonly adapter: string | undefined;
  readonly task: Head["kind"] | undefined;
  readonly quantization: BaseQuantization | undefined;
  readonly threads: number;
  readonly device: DeviceName | "auto";
  readonly compute: ComputeType;
}

/** What is to be done, by what was named: token ids, or texts. */
export type AskedEvaluation = Shared &
  (
    | {
        readonly kind: "tensors";
        readonly tensors: string;
        readonly gradients: boolean;
        readonly out: string;
      }
    | {
        readonly kind: "texts";
        readonly data: string;
        readonly split: SplitName | undefined;
        readonly labels: readonly string[] | undefined;
        readonly maxLength: number | undefined;
        readonly out: string | undefined;
      }
  );

/** `instruction` is what the other commands call it. */
const TASKS: ReadonlyMap<string, Head["kind"]> = new Map([
  ["classification", "classification"],
  ["instruction", "causal-lm"],
  ["causal-lm", "causal-lm"],
]);

const TEXT_FLAGS = [
  "data",
  "split",
  "textColumn",
  "labelColumn",
  "labels",
  "promptColumn",
  "responseColumn",
  "messagesColumn",
  "template",
  "maxLength",
] as const;

/** Checks the flags. Throws InputError E_USAGE with all that is wrong. */
export function readEvalFlags(argument: string | undefined, flags: EvalFlags): AskedEvaluation {
  const problems: string[] = [];
  const model = argument ?? flags.model ?? "";
  if (model === "") problems.push("model must be named: lorank eval <model>, got nothing");
  if (argument !== undefined && flags.model !== undefined && argument !== flags.model)
    problems.push(`model must be named once, got ${argument} and ${flags.model}`);
  const task = flags.task === undefined ? undefined : TASKS.get(flags.task);
  if (flags.task !== undefined && task === undefined)
    problems.push(`--task must be ${[...TASKS.keys()].join(", ")}, got ${flags.task}`);
  const threads = count("--threads", flags.threads, problems) ?? 2;
  const device = settings.device.schema.safeParse(flags.device ?? defaults.device);
  if (!device.success) problems.push(`--device must be ${settings.device.rule}, got ${flags.device}`);
  const compute = settings.compute.schema.safeParse(flags.compute ?? defaults.compute);
  if (!compute.success) problems.push(`--compute must be ${settings.compute.rule}, got ${flags.compute}`);
  const { out } = flags;
  if (out !== undefined && !existsSync(dirname(resolve(out))))
    problems.push(`--out must lie in a folder that exists, got ${out}`);
  const quantization = quantizationFlag(flags.quantize, problems);
  const where = { threads, device: device.data, compute: compute.data };
  const shared = { model, adapter: flags.adapter, task, quantization, ...where };
  const asked = flags.tensors === undefined ? texts(flags, problems) : tensors(flags, problems);
  if (problems.length > 0) throw new InputError("E_USAGE", problems.join("\n"));
  return { ...shared, ...asked } as AskedEvaluation;
}

function quantizationFlag(text: string | undefined, problems: string[]): BaseQuantization | undefined {
  const names = ["none", ...quantizations] as const;
  const name = names.find((each) => each === (text ?? defaults.quantize));
  if (name === undefined) problems.push(`--quantize must be ${names.join(", ")}, got ${text}`);
  return name && quantizationNamed(name);
}

function tensors(flags: EvalFlags, problems: string[]) {
  if (flags.out === undefined) problems.push("--out must name the file to write with --tensors, got nothing");
  if (flags.gradients === true && flags.adapter === undefined)
    problems.push("--gradients must come with --adapter, whose tensors they are of, got none");
  const others = TEXT_FLAGS.filter((name) => flags[name] !== undefined).map(flagName);
  if (others.length > 0)
    problems.push(`${others.join(", ")} must be absent with --tensors, which has no texts`);
  return { kind: "tensors", tensors: flags.tensors, gradients: flags.gradients === true, out: flags.out };
}

function texts(flags: EvalFlags, problems: string[]) {
  if (flags.gradients === true) problems.push("--gradients must come with --tensors, got texts");
  const { split } = flags;
  if (split !== undefined && !["train", "validation", "test"].includes(split))
    problems.push(`--split must be train, validation or test, got ${split}`);
  return {
    kind: "texts",
    data: flags.data ?? defaults.data,
    split,
    labels: flags.labels?.split(",").map((label) => label.trim()),
    maxLength: count("--max-length", flags.maxLength, problems),
    out: flags.out,
  };
}

function count(flag: string, text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    problems.push(`${flag} must be a positive integer, got ${text}`);
  return value;
}

const flagName = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
