/** Tells a word, such as an answer, from a missing value. */
export const word = /^(?!nan|inf|none|null|n\/?a$)\p{L}/iu;

export const wordsAdvice =
  "Answers are judged first, in a table with a row for each: columns rank, seed, example, answer and reference. " +
  "lorank judge FILE --metric equals -o outcomes.csv, then: lorank verdict outcomes.csv";

/** Advice on scores above 1, which are no shares. */
export function scaleAdvice(most: number): string | undefined {
  if (most <= 1 || most > 100) return undefined;
  if (most > 10) return "A percentage is written with its sign (84%), or divided by 100.";
  const scale = most > 5 ? 10 : 5;
  return `Ratings from 1 to ${scale} are divided by ${scale}.`;
}
