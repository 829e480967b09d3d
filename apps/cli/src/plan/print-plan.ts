import type { Output } from "../output.ts";
import { wrap } from "../text.ts";
import type { PlanAnswer } from "./answer.ts";
import { printCapacity } from "./print-capacity.ts";
import { printCosts } from "./print-costs.ts";
import { printDesign } from "./print-design.ts";

/** Prints what a sweep takes, and what it can show. */
export function printPlan({ design, cases, runs, sweep }: PlanAnswer, output: Output): void {
  if (sweep !== undefined) {
    printCosts(sweep, output);
    if (sweep.capacity !== undefined) printCapacity(sweep.capacity, output);
    if (sweep.warning !== undefined) output.note(`${sweep.warning}\n`);
  }
  if (design !== undefined) printDesign(design, cases, runs, output);
  else
    output.print(
      wrap(
        "What these trials can show depends on how many examples they are evaluated on: --examples says it before a first run, --results FOLDER after it.",
        Math.min(output.columns, 100),
      ),
    );
}
