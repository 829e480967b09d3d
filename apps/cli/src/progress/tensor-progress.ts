import type { TensorProgress } from "@lorank/checkpoint";
import type { OutputFlags } from "../output.ts";
import { mayDrawLive, processTerminal } from "../terminal.ts";
import { plainText } from "../text.ts";
import type { Sink } from "./progress.ts";

/** Shows how far a model has been written, tensor by tensor, on stderr. */
export interface TensorProgressView {
  show(progress: TensorProgress): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

const msBetweenLines = 5000;

/** A line that is drawn over itself on a terminal; in a log one in five seconds; nothing under `--quiet`. */
export function tensorProgress(
  flags: OutputFlags,
  sink: Sink = { columns: process.stderr.columns ?? 100, write: (text) => void process.stderr.write(text) },
  now: () => number = Date.now,
): TensorProgressView {
  if (flags.quiet === true) return { show: () => {}, end: () => {} };
  const live = mayDrawLive(processTerminal(), flags);
  let lastLine = now();
  return {
    show: ({ done, total, name }) => {
      const words = plainText(`${done} of ${total} tensors: ${name}`);
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
