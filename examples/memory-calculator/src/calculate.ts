import { answerSentence, estimateRanks, type RankEstimates } from "@lorank/core/memory";
import { changeFlags, commandOf } from "./command.ts";
import type { FormValues } from "./fields.ts";
import { type FormRequest, type Problems, problemsOf, readForm } from "./read-form.ts";

/** What the page shows. */
export interface Calculation
  extends RankEstimates,
    Pick<FormRequest, "name" | "shape" | "profile" | "card" | "cards"> {
  /** The command's first sentence. */
  readonly sentence: string;
  /** The same for the command line. */
  readonly command: string;
}

/** Computes what `lorank memory` does for these values, or says which fields are wrong. */
export function calculate(values: FormValues): Calculation | { readonly problems: Problems } {
  const read = readForm(values);
  if ("problems" in read) return read;
  const { name, ...request } = read.request;
  try {
    const found = estimateRanks(request);
    const { shape, profile, card, cards } = request;
    return {
      ...{ ...found, name, shape, profile, card, cards },
      sentence: sentenceOf(read.request, found),
      command: commandOf(values, read.request),
    };
  } catch (error) {
    return { problems: problemsOf(error, "form") };
  }
}

function sentenceOf(
  { name, method, ranks, microBatch, seq, card, cards }: FormRequest,
  { rows, largestRank, notCounted, advice }: RankEstimates,
): string {
  const gpu = card && advice && { ...card, ...advice, fit: largestRank.fit!, sequence: advice.together };
  const results = rows.map(({ estimate, ...row }) => ({ ...estimate, ...row }));
  return answerSentence(
    [{ model: { name }, method, ranks, microBatch, seq, cards, gpu, notCounted, results }],
    changeFlags,
  );
}
