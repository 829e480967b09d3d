import type { RankConvergence } from "@lorank/core/results";
import { listInWords } from "../format.ts";

/** The state of a rank's training in a few words. */
export function stateInWords({ state, rose }: Pick<RankConvergence, "state" | "rose">): string {
  switch (state) {
    case "falling":
      return "still falling";
    case "converged":
      return "converged";
    case "memorising":
      return "memorising: not short of training";
    case "stuck":
      return rose ? "stuck: the learning rate is too high" : "stuck: learned next to nothing";
    case "unclear":
      return "unclear: hidden by noise";
  }
}

/** Which ranks were not done learning, and what that does to the comparison. Undefined where there is none. */
export function unfinishedInWords(convergence: readonly RankConvergence[]): string | undefined {
  const ranksIn = (some: (one: RankConvergence) => boolean) => {
    const ranks = convergence.filter(some).map(({ rank }) => rank);
    return ranks.length === 0 ? undefined : `${ranks.length === 1 ? "rank" : "ranks"} ${listInWords(ranks)}`;
  };
  const burnt = ranksIn(({ state, rose }) => state === "stuck" && rose === true);
  const stuck = ranksIn(({ state, rose }) => state === "stuck" && !rose);
  const falling = ranksIn(({ state }) => state === "falling");
  const parts = [
    ...(stuck ? [`${stuck} had learned next to nothing`] : []),
    ...(falling ? [`the training loss of ${falling} was still falling`] : []),
  ];
  const epochs = 2 * (convergence[0]?.epochs ?? 0);
  const sentences = [
    ...(burnt
      ? [
          `When training ended, ${burnt} had learned next to nothing: the training loss rose far above where it began. Lower the learning rate.`,
        ]
      : []),
    ...(parts.length > 0
      ? [
          `When training ended, ${listInWords(parts)}: a part of what the ranks differ by may be speed. Train longer (--epochs ${epochs}).`,
        ]
      : []),
  ];
  return sentences.length === 0 ? undefined : sentences.join(" ");
}
