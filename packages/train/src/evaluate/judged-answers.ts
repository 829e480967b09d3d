import type { ModelSource } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import {
  type AnswersSpec,
  accuracyOf,
  type EngineEvaluation,
  type GeneratedAnswer,
} from "@lorank/evidence/schema";
import { type JudgeOptions, judgeAnswers } from "@lorank/judge";
import type { TokenizedTokensExample } from "../data/dataset.ts";
import { lastQuestion, questionTexts } from "../data/questions.ts";
import type { Family } from "../families/family.ts";
import { type Answer, generate } from "../generate/generate.ts";
import { createTokenizer } from "../tokenizer/tokenizer.ts";
import type { Transformer } from "../transformer/transformer.ts";

export interface JudgeInputs extends Pick<JudgeOptions, "openJudge" | "openScorer"> {
  readonly family: Family;
  readonly model: Transformer;
  /** Base model files, whose tokenizer makes texts from tokens. */
  readonly source: ModelSource;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const head = { kind: "causal-lm" } as const;

export const ANSWERS_AT_ONCE = 8;

/** Times generation: answers some prompts at the mean response length. Returns the answer count. */
export async function sampleAnswers(
  examples: readonly TokenizedTokensExample[],
  { maxNewTokens }: AnswersSpec,
  { family, model }: Pick<JudgeInputs, "family" | "model">,
): Promise<number> {
  const questions = examples.map(lastQuestion);
  const tokens = questions.reduce((sum, { reference }) => sum + reference.length, 0);
  const mean = Math.ceil(tokens / examples.length);
  const prompts = questions.slice(0, ANSWERS_AT_ONCE).map(({ prompt }) => prompt);
  const options = { maxNewTokens: Math.min(mean, maxNewTokens), batch: ANSWERS_AT_ONCE };
  let count = 0;
  for await (const { kind } of generate({ family, head, model }, prompts, options))
    if (kind === "answer") count++;
  return count;
}

/**
 * Generates answers and judges them against the responses, both trimmed.
 * @throws InputError E_TOKENIZER for a tokenizer without decoding, E_JUDGE for a judge that leaves out all
 *   examples, and as `judgeAnswers`.
 */
export async function judgedAnswers(
  examples: readonly TokenizedTokensExample[],
  { metric, maxNewTokens }: AnswersSpec,
  { family, model, source, openJudge, openScorer, onProgress }: JudgeInputs,
): Promise<Pick<Required<EngineEvaluation>, "correct" | "accuracy" | "answers">> {
  const tokenizer = createTokenizer(source);
  const questions = questionTexts(examples, tokenizer);
  const answers: Answer[] = [];
  const prompts = examples.map((example) => lastQuestion(example).prompt);
  let done = 0;
  const options = { maxNewTokens, tokenizer, batch: ANSWERS_AT_ONCE };
  for await (const event of generate({ source, family, head, model }, prompts, options)) {
    if (event.kind !== "answer") continue;
    answers[event.prompt] = event;
    onProgress?.(++done, prompts.length);
  }
  const { answers: judged } = await judgeAnswers(
    questions.map((question, i) => ({
      ...question,
      example: String(i),
      answer: answers[i]!.text.trim(),
      finish: answers[i]!.finish,
    })),
    [metric],
    { openJudge, openScorer },
  );
  const values = judged.map((one) => one.values[metric] ?? null);
  if (values.every((value) => value === null))
    throw new InputError("E_JUDGE", `${metric} must give a value to one example at least, got null for all`);
  const evaluation = {
    correct: values.map((value) => value ?? 0),
    answers: answers.map(
      ({ text, finish }, i): GeneratedAnswer => ({
        text: text.trim(),
        ...(finish === "length" ? { cut: true } : {}),
        ...(values[i] === null ? { leftOut: true } : {}),
      }),
    ),
  };
  return { ...evaluation, accuracy: accuracyOf(evaluation) };
}
