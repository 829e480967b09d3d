/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import type { Evaluation, GeneratedAnswer, QuestionText, TrialResult } from "@lorank/evidence/results";
import { Fragment } from "preact";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { mostCharted, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { fixed, integer } from "../format.ts";
import { answerMetricOf } from "../metric.ts";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** Most examples on the page; `answers` in the results has all. */
const MOST_EXAMPLES = 200;

interface JudgedAnswer {
  readonly answer: GeneratedAnswer;
  /** Judged value, 0 to 1, the higher the better; undefined where the judge left the example out. */
  readonly value: number | undefined;
}

/** Question, with answers by the untouched base and each rank. */
interface AnsweredExample {
  readonly index: number;
  readonly question: QuestionText;
  readonly base?: JudgedAnswer | undefined;
  readonly answers: readonly (JudgedAnswer & { readonly rank: number })[];
}

const choicesOf = ({ one, many }: ShownCompared) =>
  [
    ["all", "all of them"],
    ["differ", `${many} differ`],
    ["wrong", `no ${one} is right`],
  ] as const;

export function hasAnswers({ data, trials }: Reported): boolean {
  return data.questions !== undefined && trials.some(isAnswered);
}

/** Section on generated answers under a single seed, most differing examples first. */
export function Answers({ results }: { readonly results: Reported }) {
  if (!hasAnswers(results)) return null;
  const compared = shownCompared(results.decision);
  const all = answeredTrials(results.trials, compared);
  const trials = selectRanks(all, results.decision, mostCharted);
  const { seed } = trials[0]!.spec;
  const examples = answeredExamples(trials, results.data.questions!, results.untouchedBase);
  const shown = examples.slice(0, MOST_EXAMPLES);
  const differing = examples.filter((example) => spread(example) > 0).length;
  const rest = examples.length - shown.length;
  return (
    <Section
      id="answers"
      title="Answers"
      lead={`${compared.title} differ on ${integer(differing)} of ${counted(examples.length, "example")} under seed ${seed}, by ${answerMetricOf(results)}; those come first.`}
    >
      <fieldset class="filter">
        <legend>Show</legend>
        {choicesOf(compared).map(([name, words]) => (
          <label key={name}>
            <input type="radio" name="answers-shown" id={`answers-${name}`} checked={name === "all"} />
            {words}
          </label>
        ))}
      </fieldset>
      <ol class="examples">
        {shown.map((example) => (
          <Example key={example.index} example={example} compared={compared} />
        ))}
      </ol>
      {rest > 0 && <p class="fine">{counted(rest, "more example")} in results.json.</p>}
      <LeftOut words={[ranksLeftOut(all, trials, compared)]} where={whereAll(results)} />
    </Section>
  );
}

function Example(props: { readonly example: AnsweredExample; readonly compared: ShownCompared }) {
  const { example, compared } = props;
  const { index, question, base, answers } = example;
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
        {base && answerRow("untouched base", base)}
        {answers.map(({ rank, ...answered }) => answerRow(compared.label(rank), answered))}
      </dl>
    </li>
  );
}

function answerRow(of: string, { answer, value }: JudgedAnswer) {
  return (
    <Fragment key={of}>
      <dt>{of}</dt>
      <dd class={value === 0 ? "wrong" : undefined}>
        {answer.text === "" ? <em>nothing</em> : answer.text}{" "}
        <span class="under">
          {valueWords(value)}
          {answer.cut && ", cut at the limit"}
        </span>
      </dd>
    </Fragment>
  );
}

function valueWords(value: number | undefined): string {
  if (value === undefined) return "left out";
  if (value === 1) return "right";
  return value === 0 ? "wrong" : fixed(value, 2);
}

type RankedTrial = TrialResult & { readonly rank: number };

/** Trials with answers under the seed that has most, by rank. */
function answeredTrials(trials: readonly TrialResult[], { numberOf }: ShownCompared): RankedTrial[] {
  const answered = trials.filter(isAnswered).map((trial) => ({ ...trial, rank: numberOf(trial.spec) }));
  const seeds = [...new Set(answered.map(({ spec }) => spec.seed))].sort((a, b) => a - b);
  return seeds
    .map((seed) => answered.filter(({ spec }) => spec.seed === seed))
    .reduce((most, own) => (own.length > most.length ? own : most), [])
    .sort((a, b) => a.rank - b.rank);
}

function isAnswered({ evaluation }: TrialResult): boolean {
  return evaluation?.answers !== undefined;
}

/** Examples with each rank's answer, most differing values first. */
function answeredExamples(
  trials: readonly RankedTrial[],
  questions: readonly QuestionText[],
  base: Evaluation | undefined,
): AnsweredExample[] {
  const at = ({ answers, correct }: Evaluation, index: number): JudgedAnswer | undefined =>
    answers && { answer: answers[index]!, value: answers[index]!.leftOut ? undefined : correct[index]! };
  return questions
    .map((question, index) => ({
      ...{ index, question, base: base && at(base, index) },
      answers: trials.map(({ rank, evaluation }) => ({ rank, ...at(evaluation!, index)! })),
    }))
    .sort((a, b) => spread(b) - spread(a) || a.index - b.index);
}

function spread({ answers }: AnsweredExample): number {
  const values = answers.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}
