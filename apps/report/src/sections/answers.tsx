/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { GeneratedAnswer, QuestionText, TrialResult } from "@lorank/core/results";
import { fixed, integer, plural } from "../format.ts";
import { answerMetricOf } from "../metric.ts";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** Examples on the page; `answers` of the results has all. */
const MOST_EXAMPLES = 200;

/** An example's question, and the answer of each rank. */
export interface AnsweredExample {
  readonly index: number;
  readonly question: QuestionText;
  readonly answers: readonly {
    readonly rank: number;
    readonly answer: GeneratedAnswer;
    /** 0 to 1. */
    readonly value: number;
  }[];
}

const CHOICES = [
  ["all", "all of them"],
  ["differ", "ranks differ"],
  ["wrong", "no rank is right"],
] as const;

/** Answers of all ranks under one seed, those examples first on which they differ most. */
export function Answers({ results }: { readonly results: Reported }) {
  const { questions = [] } = results.data;
  const seed = sharedSeed(results.trials);
  if (questions.length === 0 || seed === undefined) return null;
  const examples = answeredExamples(
    results.trials.filter((trial) => trial.spec.seed === seed),
    questions,
  );
  const shown = examples.slice(0, MOST_EXAMPLES);
  const differing = examples.filter((example) => spread(example) > 0).length;
  const rest = examples.length - shown.length;
  return (
    <Section
      id="answers"
      title="Answers"
      lead={`Ranks differ on ${integer(differing)} of ${plural(examples.length, "example")} under seed ${seed}, by ${answerMetricOf(results)}; those come first.`}
    >
      <fieldset class="filter">
        <legend>Show</legend>
        {CHOICES.map(([name, words]) => (
          <label key={name}>
            <input type="radio" name="answers-shown" id={`answers-${name}`} checked={name === "all"} />
            {words}
          </label>
        ))}
      </fieldset>
      <ol class="examples">
        {shown.map((example) => (
          <Example key={example.index} example={example} />
        ))}
      </ol>
      {rest > 0 && <p class="fine">{plural(rest, "more example")} in results.json.</p>}
    </Section>
  );
}

function Example({ example }: { readonly example: AnsweredExample }) {
  const { index, question, answers } = example;
  const isWrong = answers.every(({ value }) => value === 0);
  const classes = [...(spread(example) > 0 ? ["differ"] : []), ...(isWrong ? ["wrong"] : [])];
  return (
    <li class={classes.join(" ") || undefined}>
      <p class="fine">Example {index + 1}</p>
      <dl>
        <dt>prompt</dt>
        <dd>{question.prompt}</dd>
        <dt>reference</dt>
        <dd>{question.reference}</dd>
        {answers.map(({ rank, answer, value }) => [
          <dt key={`${rank} rank`}>rank {rank}</dt>,
          <dd key={`${rank} answer`} class={value === 0 ? "wrong" : undefined}>
            {answer.text === "" ? <em>nothing</em> : answer.text}{" "}
            <span class="under">
              {valueWords(value)}
              {answer.cut && ", cut at the limit"}
            </span>
          </dd>,
        ])}
      </dl>
    </li>
  );
}

function valueWords(value: number): string {
  if (value === 1) return "right";
  return value === 0 ? "wrong" : fixed(value, 2);
}

/** The first seed under which all ranks have answers; undefined if there is none. */
export function sharedSeed(trials: readonly TrialResult[]): number | undefined {
  const answered = trials.filter(({ evaluation }) => evaluation?.answers !== undefined);
  const ranks = new Set(answered.map(({ spec }) => spec.lora.rank));
  const seeds = [...new Set(answered.map(({ spec }) => spec.seed))].sort((a, b) => a - b);
  return seeds.find((seed) => answered.filter(({ spec }) => spec.seed === seed).length === ranks.size);
}

/** Examples with each rank's answer, those first whose values differ most. */
export function answeredExamples(
  trials: readonly TrialResult[],
  questions: readonly QuestionText[],
): AnsweredExample[] {
  const byRank = trials
    .filter(({ evaluation }) => evaluation?.answers !== undefined)
    .sort((a, b) => a.spec.lora.rank - b.spec.lora.rank);
  return questions
    .map((question, index) => ({
      index,
      question,
      answers: byRank.map(({ spec, evaluation }) => ({
        rank: spec.lora.rank,
        answer: evaluation!.answers![index]!,
        value: evaluation!.correct[index]!,
      })),
    }))
    .sort((a, b) => spread(b) - spread(a) || a.index - b.index);
}

function spread({ answers }: AnsweredExample): number {
  const values = answers.map(({ value }) => value);
  return Math.max(...values) - Math.min(...values);
}
