import type { ProgressReporter } from "@lorank/sweep";

/** Shows how far a sweep is. Everything goes to stderr. */
export interface Progress extends ProgressReporter {
  /** A line that stays. */
  say(text: string): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** Where progress goes; stderr outside tests. */
export interface Sink {
  write(text: string): void;
  readonly columns: number;
}
