import { type AnsweredModel, answerSentence, estimateRanks, type RankEstimates } from "@lorank/core/memory";
import { changeFlags, commandOf } from "./command.ts";
import type { FormValues } from "./fields.ts";
import { type FormRequest, type Problems, problemsOf, readForm } from "./read-form.ts";

/** What computes hours and says them. */
export type TimeCode = typeof import("@lorank/core/time");

/** What the page shows. */
export interface Calculation
  extends RankEstimates,
    Pick<FormRequest, "name" | "shape" | "profile" | "card" | "cards"> {
  /** The command's first sentence. */
  readonly sentence: string;
  /** Hours and cost, where data to train on is typed. */
  readonly time?: Timed;
  /** The same for the command line. */
  readonly command: string;
}

interface Timed {
  /** The command's sentence on hours and cost. */
  readonly sentence: string;
  /** Hours and cost of each row. */
  readonly cells: readonly (readonly [hours: string, cost: string])[];
  readonly assumptions: readonly string[];
}

/** Tells if a form asks for hours, for which {@link calculate} takes what computes them. */
export function asksForTime({ examples = "" }: FormValues): boolean {
  return examples.trim() !== "";
}

/**
 * Computes what `lorank memory` does for these values, or says which fields are wrong. Hours are computed with the `time`
 * that is loaded where the form asks for them.
 */
export function calculate(
  values: FormValues,
  time?: TimeCode,
): Calculation | { readonly problems: Problems } {
  const read = readForm(values);
  if ("problems" in read) return read;
  const { name, data: _, ...request } = read.request;
  try {
    const found = estimateRanks(request);
    const answered = answeredModel(read.request, found);
    const { shape, profile, card, cards } = request;
    const timed = time && timedBy(time, read.request, answered);
    return {
      ...{ ...found, name, shape, profile, card, cards },
      sentence: answerSentence([answered], changeFlags),
      ...(timed && { time: timed }),
      command: commandOf(values, read.request),
    };
  } catch (error) {
    return { problems: problemsOf(error, "form") };
  }
}

function answeredModel(
  { name, method, ranks, microBatch, seq, card, cards }: FormRequest,
  { rows, largestRank, notCounted, advice }: RankEstimates,
): AnsweredModel {
  const gpu = card && advice && { ...card, ...advice, fit: largestRank.fit!, sequence: advice.together };
  const results = rows.map(({ estimate, ...row }) => ({ ...estimate, ...row }));
  return { model: { name }, method, ranks, microBatch, seq, cards, gpu, notCounted, results };
}

function timedBy(time: TimeCode, request: FormRequest, answered: AnsweredModel): Timed | undefined {
  const { data, ...context } = request;
  if (data === undefined) return undefined;
  const answer = time.timeAnswer(data, context);
  const results = answered.results.map((row) => ({
    ...row,
    time: time.rankHours(row, { ...context, objective: "sft" }, answer),
  }));
  return {
    sentence: time.timeSentence({ ...answered, results }, answer),
    cells: results.map((row) => [time.hoursCell(row.time, "hours"), time.hoursCell(row.time, "cost")]),
    assumptions: time.timeAssumptions(answer, results),
  };
}
