import type { ProgressReporter } from "@lorank/sweep";
import type { Display } from "../output.ts";
import { plainText } from "../text.ts";

export interface Progress extends ProgressReporter {
  /** Prints a line that stays above the progress. */
  say(text: string): void;
  /** Restores the terminal. */
  end(): void;
}

/** Stream for progress: stderr, except in tests. */
export interface Sink {
  write(text: string): void;
  readonly columns: number;
}

export interface ProgressLine {
  show(words: string): void;
  end(): void;
}

const msBetweenLines = 5000;

/** Progress line: redrawn on a terminal; in a log every five seconds; silent under `--quiet`. */
export function progressLine(
  { quiet = false, live = false }: Display,
  sink: Sink = { columns: process.stderr.columns ?? 100, write: (text) => void process.stderr.write(text) },
  now: () => number = Date.now,
): ProgressLine {
  if (quiet) return { show: () => {}, end: () => {} };
  let lastLine = now();
  return {
    show: (text) => {
      const words = plainText(text);
      if (live) sink.write(`\r\u001b[K${words.slice(0, sink.columns - 1)}`);
      else if (now() - lastLine >= msBetweenLines) {
        lastLine = now();
        sink.write(`${new Date(lastLine).toISOString()} ${words}\n`);
      }
    },
    end: () => {
      if (live) sink.write("\r\u001b[K");
    },
  };
}
