import { type ModelSource, modelEndTokens } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { Family, Head } from "../families/family.ts";
import { type RandomStream, randomStream } from "../random/random.ts";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { AnswerText } from "./answer-text.ts";
import { COPIED_BYTES, Decoder } from "./decoder.ts";

interface Sampling {
  /** Sampling temperature, which divides the logits; 0 chooses the most probable token. */
  readonly temperature: number;
  /** Top-p: draw from the most probable tokens that reach this probability together; 1 for all. */
  readonly topP: number;
}

export function mostProbable(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/**
 * Draws a token from logits `[vocab]`.
 * @param uniform number in [0, 1); not called at temperature 0. Source of top-p: Holtzman et al.,
 * https://arxiv.org/abs/1904.09751
 */
export function chooseToken(
  logits: Float32Array,
  { temperature, topP }: Sampling,
  uniform: () => number,
): number {
  const best = mostProbable(logits);
  if (temperature === 0) return best;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[best]!) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Tokens below this weight are outside every nucleus: together they have less than 1 − topP.
  const least = (total * (1 - topP)) / logits.length;
  const candidates: number[] = [];
  weights.forEach((weight, token) => {
    if (weight > 0 && weight >= least) candidates.push(token);
  });
  if (topP < 1) candidates.sort((a, b) => weights[b]! - weights[a]! || a - b);
  let inNucleus = 0;
  let count = 0;
  while (count < candidates.length && (inNucleus < topP * total || count === 0))
    inNucleus += weights[candidates[count++]!]!;
  let rest = uniform() * inNucleus;
  for (const token of candidates.slice(0, count)) {
    rest -= weights[token]!;
    if (rest < 0) return token;
  }
  return candidates[count - 1]!; // rounding left a rest
}

export interface GenerateOptions extends Partial<Sampling> {
  /** Most tokens per answer. (default 256) */
  readonly maxNewTokens?: number;
  /** Seed for the random draws. (default 1) */
  readonly seed?: number;
  /** Token ids ending an answer. (default: the base's, and the tokenizer's end of text) */
  readonly endTokens?: readonly number[];
  /** Stop strings that end an answer, excluded from the text; they need a tokenizer. (default none) */
  readonly stop?: readonly string[];
  /** Prompts answered at a time. (default 8) */
  readonly batch?: number;
  /** Byte limit for float32 weight copies on the CPU, which speed up long answers. (default 2^30) */
  readonly copiedBytes?: number;
  /** Tokenizer that decodes answers. (default: answers have no text) */
  readonly tokenizer?: (Pick<TextTokenizer, "decode"> & Partial<Pick<TextTokenizer, "eosId">>) | undefined;
  /** Aborts generation, throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Reason why an answer ended: an end token, a stop string, or `maxNewTokens`. */
export type Finish = "end-token" | "stop-string" | "length";

export interface Answer {
  /** Token ids, including the end token. */
  readonly tokens: readonly number[];
  /** Answer text without special tokens and stop string; empty without a tokenizer. */
  readonly text: string;
  readonly finish: Finish;
}

/** Model that answers, such as `adaptedModel` makes. */
export interface AnsweringModel {
  /** Base model files, which name the tokens that end an answer. (default: none are named) */
  readonly source?: ModelSource | undefined;
  readonly family: Family;
  readonly head: Pick<Head, "kind">;
  readonly model: Pick<Transformer, "options">;
}

/**
 * Generation event: a token with the text that became final, or a whole answer. `prompt` is the prompt's index from 0.
 */
export type GenerationEvent =
  | { readonly kind: "token"; readonly prompt: number; readonly token: number; readonly text: string }
  | ({ readonly kind: "answer"; readonly prompt: number } & Answer);

interface Row {
  readonly prompt: number;
  readonly most: number;
  readonly tokens: number[];
  readonly text: AnswerText;
  readonly random: RandomStream;
}

const TOKENS_PER_PASS = 2048;

/**
 * Generates answers. Neither other prompts nor the batch change an answer, except for rounding.
 * @param prompts token ids; `promptTokens` applies the chat template.
 * @throws InputError E_GENERATE for an option or prompt out of bounds, E_TASK for a classifier or encoder, and as
 * `modelEndTokens`.
 */
export async function* generate(
  { source, family, head, model }: AnsweringModel,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions = {},
): AsyncGenerator<GenerationEvent, void, undefined> {
  if (head.kind !== "causal-lm" || family.attends !== "causal")
    throw new InputError("E_TASK", "a model must be a causal language model to generate, got another");
  const { maxNewTokens = 256, temperature = 0, topP = 1, seed = 1, batch = 8, signal, tokenizer } = options;
  const { endTokens, stop = [], copiedBytes = COPIED_BYTES } = options;
  const room = family.embeddings.positions?.rows ?? Number.POSITIVE_INFINITY;
  checkOptions({ maxNewTokens, temperature, topP, seed, batch, copiedBytes });
  if (stop.length > 0 && tokenizer === undefined)
    throw new InputError("E_GENERATE", "stop must come with a tokenizer that makes text, got none");
  prompts.forEach((ids, i) => {
    checkPrompt(ids, i, family.vocabSize, room);
  });

  const ends = new Set(endTokens ?? [...(source ? modelEndTokens(source) : []), tokenizer?.eosId]);
  // Prompts of similar lengths share a pass.
  const queue = prompts.map((_, i) => i).sort((a, b) => prompts[a]!.length - prompts[b]!.length);
  const rows: (Row | undefined)[] = Array.from({ length: Math.min(batch, prompts.length) }, () => undefined);
  const decoder = new Decoder(model.options, rows.length, copiedBytes);

  function* choose(row: number, logits: Float32Array): Generator<GenerationEvent> {
    const { prompt, tokens, text, random } = rows[row]!;
    const token = chooseToken(logits, { temperature, topP }, random.uniform);
    tokens.push(token);
    const settled = text.add(token);
    const finish = finishOf(token, rows[row]!);
    if (finish === undefined) {
      yield { kind: "token", prompt, token, text: settled };
      return;
    }
    yield { kind: "token", prompt, token, text: settled + text.rest() };
    yield { kind: "answer", prompt, tokens, text: text.text(), finish };
    rows[row] = undefined;
  }

  function finishOf(token: number, { tokens, text, most }: Row): Finish | undefined {
    if (ends.has(token)) return "end-token";
    if (text.isStopped) return "stop-string";
    return tokens.length >= most ? "length" : undefined;
  }

  try {
    while (queue.length > 0 || rows.some((row) => row !== undefined)) {
      signal?.throwIfAborted();
      const free = rows.flatMap((row, i) => (row === undefined ? [i] : []));
      if (free.length > 0 && queue.length > 0) {
        const lengths = queue.slice(0, free.length).map((prompt) => prompts[prompt]!.length);
        const taken = queue.splice(0, readTogether(lengths));
        const own = free.slice(0, taken.length);
        const logits = await decoder.begin(
          own,
          taken.map((prompt) => prompts[prompt]!),
        );
        for (const [i, row] of own.entries()) {
          const prompt = taken[i]!;
          rows[row] = {
            prompt,
            most: Math.min(maxNewTokens, room - prompts[prompt]!.length + 1),
            tokens: [],
            text: new AnswerText(tokenizer, stop),
            random: randomStream(seed, "generate", prompt),
          };
          yield* choose(row, partOf(logits, i, family.vocabSize));
        }
        continue;
      }
      const logits = await decoder.step(rows.map((row) => row?.tokens.at(-1) ?? -1));
      for (const [i, row] of rows.entries()) if (row) yield* choose(i, partOf(logits, i, family.vocabSize));
    }
  } finally {
    await decoder.dispose();
  }
}

function partOf(logits: Float32Array, row: number, width: number): Float32Array {
  return logits.subarray(row * width, (row + 1) * width);
}

/** Number of prompts to read in one pass, for ascending `lengths`. */
export function readTogether(lengths: readonly number[]): number {
  let count = 1;
  while (count < lengths.length && (count + 1) * lengths[count]! <= TOKENS_PER_PASS) count++;
  return count;
}

function checkOptions(
  options: Record<"maxNewTokens" | "temperature" | "topP" | "seed" | "batch" | "copiedBytes", number>,
): void {
  const { maxNewTokens, temperature, topP, seed, batch, copiedBytes } = options;
  const problems = [
    ...whole("maxNewTokens", maxNewTokens, 1),
    ...whole("batch", batch, 1),
    ...whole("copiedBytes", copiedBytes, 0),
    ...(Number.isSafeInteger(seed) ? [] : [`seed must be a whole number, got ${seed}`]),
    ...(Number.isFinite(temperature) && temperature >= 0
      ? []
      : [`temperature must be a number of at least 0, got ${temperature}`]),
    ...(topP > 0 && topP <= 1 ? [] : [`topP must be above 0 and at most 1, got ${topP}`]),
  ];
  if (problems.length > 0) throw new InputError("E_GENERATE", problems.join("; "));
}

function whole(name: string, value: number, least: number): string[] {
  return Number.isSafeInteger(value) && value >= least
    ? []
    : [`${name} must be a whole number of at least ${least}, got ${value}`];
}

function checkPrompt(ids: readonly number[], prompt: number, vocabSize: number, room: number): void {
  const name = `prompt ${prompt + 1}`;
  if (ids.length === 0) throw new InputError("E_GENERATE", `${name} must have at least one token, got none`);
  if (ids.length > room)
    throw new InputError("E_GENERATE", `${name} must have at most ${room} tokens, got ${ids.length}`);
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
  if (wrong === undefined) return;
  const rule = `token ids from 0 to ${vocabSize - 1}`;
  throw new InputError("E_GENERATE", `${name} must hold ${rule}, got ${wrong}`);
}
