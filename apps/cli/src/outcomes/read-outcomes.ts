import type { OutcomeTable } from "@lorank/core/decide";
import { readOutcomes as read } from "@lorank/sweep/outcomes";
import type { Display } from "../output.ts";
import { progressLine } from "../progress/progress-line.ts";
import { wholeNumber } from "../text.ts";

/** Reads outcomes that any trainer wrote, and shows how far it is. Throws as `readOutcomes` of @lorank/sweep/outcomes. */
export async function readOutcomes(
  path: string,
  display: Display,
  stdin: AsyncIterable<Uint8Array> = process.stdin,
): Promise<OutcomeTable> {
  const progress = progressLine(display);
  try {
    return await read(path, {
      stdin,
      onRead: ({ source, lines, share }) => {
        const part = share === undefined ? "" : `, ${Math.floor(100 * share)} %`;
        progress.show(`reading ${source}: ${wholeNumber(lines)} lines${part}`);
      },
    });
  } finally {
    progress.end();
  }
}
