import { isInputError, wholeNumber } from "@lorank/core";
import { patternBelow, type ReadRuns, type ReadRunsOptions, readRuns as read } from "@lorank/evidence/node";
import type { Display } from "../output.ts";
import { progressLine } from "../progress/progress.ts";

/** Reads any trainer's runs with a progress line. Returns and throws as `readRuns` of @lorank/evidence/node. */
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

/** Advice to name several runs' files by a pattern; otherwise empty. Arguments as in `patternBelow`. */
export function patternAdvice(paths: readonly string[], ofFiles?: boolean): string {
  try {
    const pattern = patternBelow(paths, ofFiles);
    return pattern === undefined ? "" : `\nRuns in files of their own are named by a pattern: '${pattern}'`;
  } catch (error) {
    if (isInputError(error)) return "";
    throw error;
  }
}
