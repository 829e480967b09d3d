import type { RankConvergence } from "@lorank/core/results";
import { listInWords } from "../format.ts";

/** The state of a rank's training in a few words. */
export function stateInWords(state: RankConvergence["state"]): string {
  switch (state) {
    case "falling":
      return "still falling";
    case "converged":
      return "converged";
    case "memorising":
      return "memorising: not short of training";
    case "stuck":
      return "stuck: learned next to nothing";
    case "unclear":
      return "unclear: hidden by noise";
  }
}

/** Which ranks were not done learning, and what that does to the comparison. Undefined where there is none. */
export function unfinishedInWords(convergence: readonly RankConvergence[]): string | undefined {
  const of = (state: RankConvergence["state"]) => {
    const ranks = convergence.filter((one) => one.state === state).map(({ rank }) => rank);
    return ranks.length === 0 ? undefined : `${ranks.length === 1 ? "rank" : "ranks"} ${listInWords(ranks)}`;
  };
  const [stuck, falling] = [of("stuck"), of("falling")];
  const parts = [
    ...(stuck ? [`${stuck} had learned next to nothing`] : []),
    ...(falling ? [`the training loss of ${falling} was still falling`] : []),
  ];
  if (parts.length === 0) return undefined;
  const epochs = 2 * convergence[0]!.epochs;
  return `When training ended, ${listInWords(parts)}: a part of what the ranks differ by may be speed. Train longer (--epochs ${epochs}).`;
}
