import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type PeftAdapter, readPeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import { onnxRuntime } from "@lorank/graph";
import { evaluateTokenTensors, type Head, loadAdaptedModel } from "@lorank/train";
import { exitCode } from "../exit-codes.ts";
import { resolveAdapterPath, resolveModelPath } from "../model/resolve.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { readTokenTensors, writeEvaluation } from "./tensor-files.ts";

export interface EvalFlags extends OutputFlags {
  readonly model?: string;
  readonly adapter?: string;
  readonly task?: string;
  readonly tensors?: string;
  readonly gradients?: boolean;
  readonly out?: string;
  readonly threads?: string;
}

/** Runs `lorank eval` and returns what to exit with. */
export async function runEvalCommand(argument: string | undefined, flags: EvalFlags): Promise<number> {
  const output = createOutput(flags);
  const asked = checkedFlags(argument, flags);
  const modelPath = await resolveModelPath(asked.model, flags);
  const adapter =
    flags.adapter === undefined ? undefined : readPeftAdapter(await resolveAdapterPath(flags.adapter, flags));
  await evaluateTensors({ ...asked, modelPath, adapter }, output);
  return exitCode.done;
}

interface Asked {
  readonly model: string;
  readonly task: Head["kind"] | undefined;
  readonly tensors: string;
  readonly gradients: boolean;
  readonly out: string;
  readonly threads: number;
}

/** All that can be wrong in the flags, at once. */
function checkedFlags(argument: string | undefined, flags: EvalFlags): Asked {
  const problems: string[] = [];
  const model = argument ?? flags.model ?? "";
  if (model === "") problems.push("model must be named: lorank eval <model>, got nothing");
  if (argument !== undefined && flags.model !== undefined && argument !== flags.model)
    problems.push(`model must be named once, got ${argument} and ${flags.model}`);
  const { task } = flags;
  if (task !== undefined && task !== "classification" && task !== "causal-lm")
    problems.push(`--task must be classification or causal-lm, got ${task}`);
  const threads = Number(flags.threads ?? 2);
  if (!Number.isInteger(threads) || threads < 1)
    problems.push(`--threads must be a positive integer, got ${flags.threads}`);
  if (flags.tensors === undefined) problems.push("--tensors must name a file, got nothing");
  if (flags.out === undefined) problems.push("--out must name the file to write, got nothing");
  else if (!existsSync(dirname(resolve(flags.out))))
    problems.push(`--out must lie in a folder that exists, got ${flags.out}`);
  if (problems.length > 0) throw new InputError("E_USAGE", problems.join("\n"));
  return {
    model,
    task: task as Head["kind"] | undefined,
    tensors: flags.tensors!,
    gradients: flags.gradients === true,
    out: flags.out!,
    threads,
  };
}

async function evaluateTensors(
  {
    modelPath,
    adapter,
    ...asked
  }: Asked & { readonly modelPath: string; readonly adapter: PeftAdapter | undefined },
  output: Output,
): Promise<void> {
  const tokens = readTokenTensors(asked.tensors);
  // Labels of one number a row are classes.
  const byLabels =
    tokens.labels && (tokens.labels.length === tokens.shape[0] ? "classification" : "causal-lm");
  const task = asked.task ?? (adapter?.taskType ? undefined : byLabels);
  const loaded = loadAdaptedModel({
    modelPath,
    ...(adapter === undefined ? {} : { adapter }),
    ...(task === undefined ? {} : { task }),
    runtime: await onnxRuntime({ threads: asked.threads }),
  });
  if (asked.gradients && loaded.trained.size === 0)
    throw new InputError(
      "E_USAGE",
      "--gradients must come with --adapter, whose tensors they are of, got none",
    );
  const evaluation = await evaluateTokenTensors(loaded, tokens, { gradients: asked.gradients });
  const shapes = new Map([...loaded.trained].map(([name, { shape }]) => [name, shape]));
  writeEvaluation(asked.out, evaluation, shapes);
  await loaded.model.dispose();
  const { loss, accuracy, targets } = evaluation;
  const rows = tokens.shape[0];
  output.document({
    loss: loss ?? null,
    accuracy: accuracy ?? null,
    examples: rows,
    targets,
    out: asked.out,
  });
  if (loss !== undefined) {
    const of = loaded.head.kind === "classification" ? "texts" : "tokens";
    output.print(`loss      ${loss.toFixed(6)} nats`);
    output.print(`accuracy  ${(100 * accuracy!).toFixed(2)} % of ${targets} ${of}`);
  }
  output.print(`written   ${asked.out}`);
}
