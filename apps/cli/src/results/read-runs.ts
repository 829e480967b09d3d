import { isInputError, wholeNumber } from "@lorank/core";
import { patternBelow, type ReadRuns, type ReadRunsOptions, readRuns as read } from "@lorank/evidence/node";
import type { Display } from "../output.ts";
import { progressLine } from "../progress/progress.ts";

/** Reads runs of any trainer or evaluator, and shows how far it is. Returns and throws as `readRuns` of @lorank/evidence/node. */
export async function readRuns(
  paths: string | readonly string[],
  choices: ReadRunsOptions,
  display: Display,
): Promise<ReadRuns | undefined> {
  const progress = progressLine(display);
  try {
    return await read(paths, {
      ...choices,
      onRead: ({ source, lines, share }) => {
        const part = share === undefined ? "" : `, ${Math.floor(100 * share)} %`;
        progress.show(`reading ${source}: ${wholeNumber(lines)} lines${part}`);
      },
    });
  } finally {
    progress.end();
  }
}

/**
 * Advice on a folder with files of several runs, or on such files; empty for any other, and for one that cannot be looked
 * through. Arguments as of `patternBelow`.
 */
export function patternAdvice(paths: readonly string[], ofFiles?: boolean): string {
  try {
    const pattern = patternBelow(paths, ofFiles);
    return pattern === undefined ? "" : `\nRuns in files of their own are named by a pattern: '${pattern}'`;
  } catch (error) {
    if (isInputError(error)) return "";
    throw error;
  }
}
