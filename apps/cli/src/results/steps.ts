import type { StepKind } from "@lorank/evidence/results";
import type { Page } from "../output.ts";
import { plainText, wrap } from "../text.ts";

/** A next step as documents and pages have it. */
export interface StepDocument {
  readonly kind: StepKind;
  readonly words: string;
  /** Ready to be pasted; absent where no command does the step. */
  readonly command?: string;
}

export function printSteps(steps: readonly StepDocument[], { print, columns }: Page): void {
  for (const line of stepLines(steps, columns)) print(line);
}

/** Lines of next steps, numbered if several; a command is not wrapped. */
export function stepLines(steps: readonly StepDocument[], columns: number): string[] {
  const width = Math.min(columns, 100);
  const commandLines = ({ command }: StepDocument): string[] =>
    command === undefined ? [] : [`   ${plainText(command)}`];
  const [only] = steps;
  if (only === undefined) return [];
  if (steps.length === 1) return [...wrap(`Next: ${only.words}`, width).split("\n"), ...commandLines(only)];
  return [
    "Next, in this order:",
    ...steps.flatMap((step, i) => [
      ...wrap(`${i + 1}. ${step.words}`, width - 3)
        .split("\n")
        .map((line, row) => (row === 0 ? line : `   ${line}`)),
      ...commandLines(step),
    ]),
  ];
}

/** Member `next` of a document: the first command; absent without one. */
export function firstCommand(steps: readonly StepDocument[]): { readonly next?: string } {
  const next = steps.find(({ command }) => command !== undefined)?.command;
  return next === undefined ? {} : { next };
}
