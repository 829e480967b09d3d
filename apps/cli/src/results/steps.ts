import type { StepKind } from "@lorank/evidence/results";
import type { Page } from "../output.ts";
import { plainText, wrap } from "../text.ts";

/** Next step for the user, in documents and reports. */
export interface StepDocument {
  readonly kind: StepKind;
  readonly words: string;
  /** Shell command, ready to paste; absent if no command does the step. */
  readonly command?: string;
}

export function printSteps(steps: readonly StepDocument[], { print, columns }: Page): void {
  for (const line of stepLines(steps, columns)) print(line);
}

/** Lines for next steps, numbered if several. Commands are not wrapped. */
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

/** Member `next` for a document: the first step's command. */
export function firstCommand(steps: readonly StepDocument[]): { readonly next?: string } {
  const next = steps.find(({ command }) => command !== undefined)?.command;
  return next === undefined ? {} : { next };
}
