import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { replaceFile } from "@lorank/checkpoint/disk";
import { modelAt } from "@lorank/checkpoint/files";
import { counted, InputError, isInputError } from "@lorank/core";
import { readDataRows } from "@lorank/tables/node";
import { nodeInputs } from "@lorank/train";
import { type Question, questionsOf } from "@lorank/train/data";
import { type Answer, adaptedModel, generate, promptTokens } from "@lorank/train/engine";
import { createTokenizer, type TextTokenizer } from "@lorank/train/tokenizer";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import { pickDevice } from "../../device.ts";
import { flagOf } from "../../flags/flag-names.ts";
import { quantizationNamed } from "../../flags/quantization.ts";
import { readAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath, resolveModelPath } from "../../model/resolve.ts";
import type { Messages, Page } from "../../output.ts";
import { readFlags } from "../../settings/read.ts";
import { plainText } from "../../text.ts";
import { type GenerateSettings, settings } from "./command.ts";

const MOST_PROMPT_BYTES = 2 ** 29 - 24;
/** Value of `--adapter` that stands for the base alone. */
const BASE = "base";

interface PreparedPrompt extends Partial<Question> {
  readonly ids: readonly number[];
}

/** Answers to prompts by base or adapters; `adapter` is null for the base alone. */
export interface GenerateDocument {
  readonly model: string;
  readonly answers: readonly ShownAnswer[];
  readonly prompts: readonly { readonly id?: string; readonly text: string }[];
}

interface ShownAnswer extends Omit<Answer, "text"> {
  readonly prompt: number;
  readonly adapter: string | null;
  /** Answer's text; absent if the model has no tokenizer. */
  readonly text?: string;
}

type GenerateInput = Input<GenerateSettings, readonly [model: string, prompt: string | undefined]>;

export const { document, view } = ofEnd;

export async function run(
  { settings: flags, names: [modelName, argument] }: GenerateInput,
  output: Messages,
): Promise<End<GenerateDocument>> {
  const modelPath = await resolveModelPath(modelName, output);
  const tokenizer = tokenizerOf(modelPath, flags);
  const prompts = await preparedPrompts(argument, flags, tokenizer);
  if (modelName === defaults.model && flags.adapter === undefined)
    output.note(
      "The starter was trained to classify: its answers mean nothing before an adapter is trained.",
    );
  const names = flags.adapter ?? [BASE];
  const shownNames = names.length > 1 && !names.includes(BASE) ? [BASE, ...names] : names;
  const streams = prompts.length === 1 && shownNames.length === 1 && !output.json;
  const model = modelAt(modelPath);
  const { runtime } = await pickDevice({
    threads: flags.threads ?? defaults.evaluationThreads,
    device: flags.device ?? defaults.device,
    compute: flags.compute ?? defaults.compute,
  });
  const quantization = quantizationNamed(flags.quantize ?? defaults.quantize);
  const ids = prompts.map((prompt) => prompt.ids);
  const options = {
    maxNewTokens: flags["max-new-tokens"] ?? defaults.answerTokens,
    temperature: flags.temperature ?? defaults.temperature,
    topP: flags["top-p"] ?? 1,
    seed: flags.seed ?? defaults.seed,
    stop: flags.stop === undefined ? [] : [flags.stop.replaceAll("\\n", "\n")],
    batch: flags["batch-size"] ?? defaults.generationBatch,
    ...(flags["ignore-eos"] ? { endTokens: [] } : {}),
    tokenizer,
  };
  const answers: ShownAnswer[] = [];
  let seconds = 0;
  for (const name of shownNames) {
    const adapter = name === BASE ? undefined : readAdapter(await resolveAdapterPath(name, output));
    const task = adapter?.taskType ? undefined : "causal-lm";
    const loaded = adaptedModel({ model, adapter, task, quantization, runtime });
    const start = performance.now();
    for await (const event of generate(loaded, ids, options)) {
      if (event.kind === "token") {
        if (streams) process.stdout.write(plainText(event.text));
        continue;
      }
      const { prompt, tokens, text, finish } = event;
      answers.push({
        prompt,
        adapter: name === BASE ? null : name,
        tokens,
        ...(tokenizer ? { text } : {}),
        finish,
      });
    }
    seconds += (performance.now() - start) / 1000;
    await loaded.model.dispose();
  }
  answers.sort((a, b) => a.prompt - b.prompt); // stable sort: models keep their order within a prompt
  if (streams) output.page.print(tokenizer ? "" : answers[0]!.tokens.join(","));
  if (flags.out !== undefined) replaceFile(flags.out, jsonLines(answers, prompts));
  const shown = prompts.map(({ id, prompt, ids }) => ({
    ...(id && { id }),
    text: textOfPrompt(prompt, ids),
  }));
  const document = { model: modelName, answers, prompts: shown };
  return { document, view: (page) => viewAnswers(document, seconds, flags, page) };
}

/** Reads flags and prompt. Throws `E_USAGE` with all problems. */
export function read({ names, flags: typed }: TypedWords<GenerateInput>): GenerateInput {
  const problems: string[] = [];
  const flags = readFlags(settings, typed, problems);
  const [, argument] = names;
  const { out, prompts, "prompt-ids": promptIds } = flags;
  const sources = [argument && "the argument", prompts && "--prompts", promptIds && "--prompt-ids"].filter(
    (source) => source !== undefined && source !== "",
  );
  if (sources.length > 1) problems.push(`prompts must come from one place, got ${sources.join(" and ")}`);
  const texts = (["system", "template", "prompt-column", "response-column", "messages-column"] as const)
    .filter((key) => flags[key] !== undefined)
    .map((key) => `--${key}`);
  if (promptIds !== undefined && texts.length > 0)
    problems.push(`${texts.join(", ")} must be absent with --prompt-ids, which is no text`);
  const several = flags.adapter?.length ?? 1;
  if (out !== undefined && several > 1)
    problems.push(`--out must come with one adapter, whose answers a file holds, got ${several}`);
  if (out !== undefined && !existsSync(dirname(resolve(out))))
    problems.push(`--out must lie in a folder that exists, got ${out}`);
  if (problems.length > 0) throw new InputError("E_USAGE", problems.join("\n"));
  return { names, settings: flags };
}

function tokenizerOf(modelPath: string, flags: GenerateSettings): TextTokenizer | undefined {
  try {
    return createTokenizer(modelAt(modelPath));
  } catch (error) {
    const isNeeded = flags["prompt-ids"] === undefined || flags.stop !== undefined;
    if (isNeeded || !isInputError(error) || error.code !== "E_TOKENIZER") throw error;
    return undefined;
  }
}

async function preparedPrompts(
  argument: string | undefined,
  flags: GenerateSettings,
  tokenizer: TextTokenizer | undefined,
): Promise<readonly PreparedPrompt[]> {
  if (flags["prompt-ids"] !== undefined) return [{ ids: flags["prompt-ids"] }];
  const { system, template } = flags;
  if (system !== undefined && (template !== undefined || tokenizer!.chatTemplate === null)) {
    const rule = "come with a chat template that writes it";
    const got = template === undefined ? "none" : "--template";
    throw new InputError("E_USAGE", `--system must ${rule}, got ${got}`);
  }
  return (await readPrompts(argument, flags)).map((row) => {
    const messages = typeof row.prompt === "string" ? [{ role: "user", content: row.prompt }] : row.prompt;
    const prompt = system === undefined ? row.prompt : [{ role: "system", content: system }, ...messages];
    return { ...row, ids: promptTokens(prompt, tokenizer!, template) };
  });
}

function viewAnswers(
  { answers, prompts }: GenerateDocument,
  seconds: number,
  flags: GenerateSettings,
  { print, note, colours }: Page,
): void {
  const several = new Set(answers.map(({ adapter }) => adapter)).size > 1;
  for (const [i, answer] of answers.length > 1 ? answers.entries() : []) {
    const { prompt, adapter, text, tokens, finish } = answer;
    const { id, text: question } = prompts[prompt]!;
    if (prompts.length > 1 && prompt !== answers[i - 1]?.prompt)
      print(colours.bold(plainText(`${id}  ${question}`)));
    if (several) print(colours.dim(plainText(adapter ?? BASE)));
    const cut = finish === "length" ? colours.dim(" … (cut)") : "";
    print(`${plainText((text ?? tokens.join(",")).trim())}${cut}\n`);
  }
  const tokens = answers.reduce((sum, { tokens: own }) => sum + own.length, 0);
  const cut = answers.filter(({ finish }) => finish === "length").length;
  note(`${counted(tokens, "token")} in ${seconds.toFixed(1)} s, ${(tokens / seconds).toFixed(1)} a second`);
  if (cut > 0 && !flags["ignore-eos"])
    note(
      `${counted(cut, "answer")} cut at --max-new-tokens ${flags["max-new-tokens"] ?? defaults.answerTokens}`,
    );
  if (flags.out !== undefined) note(`Written: ${plainText(flags.out)}`);
}

function textOfPrompt(prompt: Question["prompt"] | undefined, ids: readonly number[]): string {
  if (prompt === undefined) return ids.join(" ");
  return typeof prompt === "string" ? prompt : (prompt.at(-1)?.content ?? "");
}

function jsonLines(answers: readonly ShownAnswer[], prompts: readonly PreparedPrompt[]): string {
  const lines = answers.map(({ prompt, tokens, text = tokens.join(" "), finish }) => {
    const { id = String(prompt + 1), prompt: row, ids, reference } = prompts[prompt]!;
    return JSON.stringify({
      example: id,
      prompt: textOfPrompt(row, ids),
      answer: text,
      ...(reference === undefined ? {} : { reference }),
      finish,
    });
  });
  return `${lines.join("\n")}\n`;
}

/**
 * Reads prompts from argument, file or standard input. Throws E_USAGE without a source, E_DATA for a file without
 * prompts.
 */
export async function readPrompts(
  argument: string | undefined,
  flags: GenerateSettings,
): Promise<readonly Question[]> {
  if (flags.prompts !== undefined) return promptsOfFile(flags.prompts, flags);
  const prompt = argument === undefined || argument === "-" ? await standardInput(argument) : argument;
  if (prompt === "") throw new InputError("E_USAGE", "prompt must hold text, got none");
  return [{ id: "1", prompt }];
}

async function standardInput(argument: string | undefined): Promise<string> {
  if (process.stdin.isTTY) {
    const got = argument === undefined ? "none" : "a terminal";
    const rule = "come from an argument, --prompts, --prompt-ids or standard input";
    throw new InputError("E_USAGE", `a prompt must ${rule}, got ${got}`);
  }
  return (await textOf("-")).replace(/\n$/, "");
}

async function textOf(path: string): Promise<string> {
  return new TextDecoder().decode(await nodeInputs().readData(path, MOST_PROMPT_BYTES));
}

async function promptsOfFile(path: string, flags: GenerateSettings): Promise<readonly Question[]> {
  if (/\.txt$/i.test(path)) {
    const prompts = (await textOf(path))
      .split(/\r?\n/)
      .flatMap((prompt, i) => (prompt.trim() === "" ? [] : [{ id: String(i + 1), prompt }]));
    if (prompts.length > 0) return prompts;
    throw new InputError("E_DATA", `${path} must hold at least one prompt, got none`);
  }
  const {
    "prompt-column": promptColumn,
    "response-column": responseColumn,
    "messages-column": messagesColumn,
  } = flags;
  const columns = { promptColumn, responseColumn, messagesColumn };
  const rows = await readDataRows(path, {
    columns: Object.values(columns).filter((name) => name !== undefined),
    optionName: flagOf,
  });
  return questionsOf(path, rows, { ...columns, optionName: flagOf });
}
