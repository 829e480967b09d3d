import { assertList, assertOptions, cutText, firstOf, InputError, type OptionNames } from "@lorank/core";
import { type Metric, parseMetric } from "./metric.ts";

/** Model answer, with prompt and reference. */
export interface Answer {
  /** Example name, unique by row. */
  readonly example: string;
  readonly prompt: string;
  readonly answer: string;
  /** Right answer: a text, or a JSON value for `equals`. Absent where no metric needs it. */
  readonly reference?: unknown;
  /** Reason why generation ended; `length`: the token limit cut the answer. */
  readonly finish?: string | undefined;
}

/** Judge opened from outside: a `file:` metric's, or a scorer in a thread. */
export interface Judge {
  /** Returns 0 to 1, or null to leave the example out. An error ends the judging. */
  judge(answer: Answer): Promise<unknown>;
  close(): Promise<void>;
}

export interface JudgeOptions {
  /** Opens a `file:` metric's judge: `openJudgeFile` in `@lorank/judge/node`. (default: refused) */
  readonly openJudge?: ((path: string) => Promise<Judge>) | undefined;
  /** Opens `regex` and `levenshtein`: `openScorer` in `@lorank/judge/node`. (default: computed here, without limit) */
  readonly openScorer?: ((metric: string) => Promise<Judge>) | undefined;
  readonly onJudged?: ((done: number, total: number) => void) | undefined;
}

const judgeNames: OptionNames<JudgeOptions> = { openJudge: false, openScorer: false, onJudged: false };

const answerNames: OptionNames<Answer> = {
  example: true,
  prompt: true,
  answer: true,
  reference: false,
  finish: false,
};

/** Judged answer: its value under each metric. */
export interface JudgedAnswer {
  readonly example: string;
  /** Values from 0 to 1; null where the judge left the example out. */
  readonly values: Readonly<Record<string, number | null>>;
  /** Reasons for null values, by metric. */
  readonly reasons?: Readonly<Record<string, string>>;
}

/** Summary of a metric over all answers. */
export interface MetricSummary {
  readonly metric: string;
  /** Mean over judged answers; null without any. */
  readonly mean: number | null;
  /** Count of answers with a value. */
  readonly judged: number;
  /** Count of answers left out by the judge. */
  readonly leftOut: number;
  /** Count of answers valued below 1 that the token limit cut: more tokens might have made them right. */
  readonly cutBelowOne: number;
}

export interface Judged {
  readonly answers: readonly JudgedAnswer[];
  readonly metrics: readonly MetricSummary[];
  /** Count of answers with nothing but spaces, judged as any other. */
  readonly empty: number;
  /** Count of answers cut by the token limit, judged as any other. */
  readonly cut: number;
}

/**
 * Judges answers by metrics ({@link parseMetric}).
 *
 * @throws InputError `E_METRIC` as `parseMetric`, and for a `file:` metric without `openJudge`. `E_ANSWERS` for no
 *   answers, two for the same example, missing references. `E_JUDGE` for a judge that throws, hangs or returns
 * anything but
 *   null or 0 to 1.
 */
export async function judgeAnswers(
  answers: readonly Answer[],
  metrics: readonly string[],
  options: JudgeOptions = {},
): Promise<Judged> {
  assertList("answers", answers);
  assertList("metrics", metrics);
  assertOptions(options, "the options of judgeAnswers", judgeNames, "refused");
  for (const answer of answers) assertOptions(answer, "an answer", answerNames);
  const { openJudge, openScorer, onJudged } = options;
  const parsed = [...new Set(metrics)].map(parseMetric);
  assertAnswers(answers, parsed);
  const judges: OpenMetric[] = [];
  try {
    for (const metric of parsed) judges.push(await openMetric(metric, { openJudge, openScorer }));
    const judged: JudgedAnswer[] = [];
    for (const answer of answers) {
      judged.push(await judgeOne(answer, judges));
      onJudged?.(judged.length, answers.length);
    }
    return {
      answers: judged,
      metrics: parsed.map((metric) => summaryOf(metric, answers, judged)),
      empty: answers.filter(({ answer }) => answer.trim() === "").length,
      cut: answers.filter(isCut).length,
    };
  } finally {
    for (const { close } of judges) await close();
  }
}

interface OpenMetric {
  readonly metric: Metric;
  readonly judge: (answer: Answer) => Promise<number | null>;
  readonly close: () => Promise<void>;
}

async function openMetric(metric: Metric, { openJudge, openScorer }: JudgeOptions): Promise<OpenMetric> {
  const directed = (value: number): number => (metric.isInverse ? 1 - value : value);
  if (metric.kind === "built-in") {
    const { scorer } = metric;
    if (scorer.isSlow && openScorer) {
      const opened = await openScorer(metric.text);
      const judge = async (answer: Answer) => {
        const values = { ...answer, reference: textOf(answer.reference) ?? "" };
        const value = await opened.judge(values).catch((cause: Error) => {
          const rule = `${metric.text} must judge example ${answer.example}`;
          throw new InputError("E_JUDGE", `${rule}, got ${cause.message}`, { cause });
        });
        return directed(value as number);
      };
      return { metric, judge, close: () => opened.close() };
    }
    const judge = async ({ answer, reference }: Answer) =>
      directed(scorer.score(answer, textOf(reference) ?? "", reference));
    return { metric, judge, close: async () => {} };
  }
  const { path } = metric;
  if (openJudge === undefined)
    throw new InputError(
      "E_METRIC",
      `metric must not be a file where no openJudge opens it, got ${metric.text}`,
    );
  const opened = await openJudge(path);
  const judge = async (answer: Answer) => {
    const value = await opened.judge(answer).catch((cause: Error) => {
      throw wrongValue(path, answer, cause.message, cause);
    });
    if (value === null) return null;
    if (typeof value === "number" && value >= 0 && value <= 1) return directed(value);
    throw wrongValue(path, answer, typeof value === "string" ? JSON.stringify(value) : String(value));
  };
  return { metric, judge, close: () => opened.close() };
}

function wrongValue(path: string, { example }: Answer, got: string, cause?: Error): InputError {
  const rule = `${path} must return a number from 0 to 1, or null, for example ${example}`;
  return new InputError("E_JUDGE", `${rule}, got ${cutText(got, 200)}`, { cause });
}

async function judgeOne(answer: Answer, judges: readonly OpenMetric[]): Promise<JudgedAnswer> {
  const values: Record<string, number | null> = {};
  const reasons: Record<string, string> = {};
  for (const { metric, judge } of judges) {
    const value = await judge(answer);
    values[metric.text] = value;
    if (value === null) reasons[metric.text] = "the judge left it out";
  }
  const { example } = answer;
  return { example, values, ...(Object.keys(reasons).length > 0 ? { reasons } : {}) };
}

function summaryOf(
  { text }: Metric,
  answers: readonly Answer[],
  judged: readonly JudgedAnswer[],
): MetricSummary {
  const values = judged.map((one) => one.values[text] ?? null);
  const numbers = values.filter((value) => value !== null);
  const sum = numbers.reduce((total, value) => total + value, 0);
  return {
    metric: text,
    mean: numbers.length === 0 ? null : sum / numbers.length,
    judged: numbers.length,
    leftOut: values.length - numbers.length,
    cutBelowOne: answers.filter((answer, i) => isCut(answer) && (values[i] ?? 1) < 1).length,
  };
}

/** Finish reasons for a cut answer: `length` in vLLM, Ollama and OpenAI's interface, `max_tokens` in Anthropic's. */
function isCut({ finish }: Answer): boolean {
  return finish === "length" || finish === "max_tokens";
}

/** Reference text; undefined if missing, a list or an object. */
function textOf(reference: unknown): string | undefined {
  return reference === undefined || typeof reference === "object" ? undefined : String(reference);
}

function assertAnswers(answers: readonly Answer[], metrics: readonly Metric[]): void {
  if (answers.length === 0) throw new InputError("E_ANSWERS", "answers must be at least one, got none");
  const seen = new Set<string>();
  const twice = answers.filter(({ example }) => seen.size === seen.add(example).size);
  const problems =
    twice.length === 0
      ? []
      : [`example must be another one in each row, got ${examplesInWords(twice)} twice`];
  for (const metric of metrics) {
    if (metric.kind === "file") continue;
    const { needs, accepts = () => true, takesJson = false } = metric.scorer;
    if (needs === undefined) continue;
    const wrong = answers.filter(({ reference }) => {
      const text = textOf(reference);
      return text === undefined ? !takesJson || (reference ?? null) === null : !accepts(text);
    });
    if (wrong.length === 0) continue;
    const got = wrong[0]!.reference ?? null;
    const shown = got === null ? "none" : JSON.stringify(got).slice(0, 60);
    problems.push(`reference must be ${needs} for ${metric.text}, got ${shown} in ${examplesInWords(wrong)}`);
  }
  if (problems.length > 0) throw new InputError("E_ANSWERS", problems.join("\n"));
}

/** Examples in words: `example 3`, `examples 3, 5, 9 and 12 more`. */
function examplesInWords(answers: readonly Answer[]): string {
  const examples = answers.map(({ example }) => example);
  return `example${answers.length === 1 ? "" : "s"} ${firstOf(examples, 6)}`;
}
