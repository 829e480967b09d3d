import type { ProgressReporter } from "@lorank/sweep";
import type { Display } from "../output.ts";
import { plainText } from "../text.ts";

/** Shows how far a sweep is. Everything goes to stderr. */
export interface Progress extends ProgressReporter {
  /** A line that stays. */
  say(text: string): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** Stream for progress; stderr outside tests. */
export interface Sink {
  write(text: string): void;
  readonly columns: number;
}

/** Shows on stderr how far something is, in words that replace one another. */
export interface ProgressLine {
  show(words: string): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

const msBetweenLines = 5000;

/** A line that is drawn over itself on a terminal; in a log one in five seconds; nothing under `--quiet`. */
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
