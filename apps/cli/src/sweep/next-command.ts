import type { Results } from "@lorank/core/results";
import { shellWord } from "../text.ts";

/** What a person would do next, given the verdict. */
export function nextCommand(results: Results, out: string): string {
  const { decision, sweep } = results;
  const folder = shellWord(out);
  if (decision.fault !== undefined) return afterFault(decision.fault, results);
  const largest = Math.max(...sweep.ranks);
  switch (decision.verdict) {
    case "extend":
      return `lorank sweep … --ranks ${2 * largest} --extend   (the same command with a larger rank)`;
    case "inconclusive": {
      const seeds = decision.needed?.seeds;
      const more = seeds !== undefined && seeds > decision.seeds ? seeds : 2 * Math.max(1, decision.seeds);
      return `lorank sweep … --seeds ${more} --extend   (the same command with more seeds)`;
    }
    default:
      return decision.metric === "accuracy"
        ? `lorank verdict ${folder} --metric log-loss   (the same trials judged on log loss)`
        : `lorank verdict ${folder} --metric accuracy   (the same trials judged on accuracy)`;
  }
}

/** After a training that taught nothing: more ranks, seeds or metrics would tell nothing either. */
function afterFault(fault: NonNullable<Results["decision"]["fault"]>, { trials }: Results): string {
  switch (fault) {
    case "rate-too-high":
      return "lorank sweep … --learning-rate auto --out other   (the same command with a lower rate, in another folder)";
    case "too-short":
      return `lorank sweep … --epochs ${2 * trials[0]!.spec.optimizer.epochs} --out other   (the same command with a longer training, in another folder)`;
    case "memorising":
    case "unknown":
      return "lorank sweep … --learning-rate auto --epochs auto --out other   (the same command in another folder, once the labels are checked)";
  }
}
