import type { RankConvergence } from "@lorank/core/results";

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
