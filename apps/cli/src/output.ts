import pc from "picocolors";
import { mayColour, processTerminal, type TerminalFlags } from "./terminal.ts";

type Colours = ReturnType<typeof pc.createColors>;

/** Data go to stdout, messages to stderr. Only this file, the error reporter and the progress views write. */
export interface Output {
  readonly json: boolean;
  readonly colours: Colours;
  /** Columns of the terminal, or of the width that text is wrapped to where there is none. */
  readonly columns: number;
  /** What the user asked for. Nothing under `--json`, where {@link document} is all of stdout. */
  print(text?: string): void;
  /** What is good to know besides. Silent under `--quiet`. */
  note(text: string): void;
  /** The one JSON document of `--json`; nothing without it. */
  document(value: unknown): void;
}

export interface OutputFlags extends TerminalFlags {
  readonly quiet?: boolean | undefined;
}

export function createOutput(flags: OutputFlags): Output {
  const terminal = processTerminal();
  const json = flags.json === true;
  return {
    json,
    colours: pc.createColors(mayColour(terminal, "stdout", flags)),
    columns: process.stdout.columns ?? 100,
    print: (text = "") => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      if (flags.quiet !== true) process.stderr.write(`${text}\n`);
    },
    document: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}
