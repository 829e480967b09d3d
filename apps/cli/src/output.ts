import pc from "picocolors";
import { type Column, renderTable } from "./table.ts";
import { mayColour, mayDrawLive, processTerminal, type TerminalFlags } from "./terminal.ts";
import { plainText, wrap, wrapProse } from "./text.ts";

type Colours = ReturnType<typeof pc.createColors>;

/** One line of what a command does: a title, and the words behind it. */
export type Fact = readonly [title: string, words: string];

/** Columns that the title of a fact takes. */
const titleColumns = 10;

/** How progress is shown on stderr. */
export interface Display {
  /** Not at all. (default: false) */
  readonly quiet?: boolean;
  /** Drawn over itself, and not in lines. (default: false) */
  readonly live?: boolean;
}

/** Data go to stdout, messages to stderr. Only this file, the error reporter and the progress views write. */
export interface Output extends Required<Display> {
  readonly json: boolean;
  readonly colours: Colours;
  /** Dims text on stderr. */
  readonly dimOnStderr: (text: string) => string;
  /** Columns of the terminal, or of the width that text is wrapped to where there is none. */
  readonly columns: number;
  /** Columns of the terminal; infinite where stdout is none, whose lines a reader wraps. */
  readonly terminalColumns: number;
  /** What the user asked for. Nothing under `--json`, where {@link document} is all of stdout. */
  print(text?: string): void;
  /** Prints text, which may be a stranger's, in lines no longer than the terminal. `style` colours them. */
  say(text: string, style?: (lines: string) => string): void;
  /** Prints facts under each other, their words wrapped behind dim titles, and an empty line. */
  facts(facts: readonly Fact[]): void;
  /** Prints a table with dim titles. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void;
  /** What is good to know besides, in lines no longer than the terminal. Silent under `--quiet`. */
  note(text: string): void;
  /** What went wrong. Never silent. */
  fail(text: string): void;
  /** The one JSON document of `--json`; nothing without it. */
  document(value: unknown): void;
}

export interface OutputFlags extends TerminalFlags {
  readonly quiet?: boolean | undefined;
}

/** Flags as commander gives them: texts and switches by camelCase names. What was not typed is not there. */
export type RawFlags = Readonly<Record<string, unknown>>;

export type CommandFlags = OutputFlags & RawFlags;

export function createOutput(flags: OutputFlags): Output {
  const terminal = processTerminal();
  const json = flags.json === true;
  const colours = pc.createColors(mayColour(terminal, "stdout", flags));
  const width = process.stdout.columns ?? 100;
  const terminalColumns = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  const print = (text = ""): void => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  const quiet = flags.quiet === true;
  const dim = pc.createColors(mayColour(terminal, "stderr", flags)).dim;
  return {
    json,
    quiet,
    live: mayDrawLive(terminal, flags),
    colours,
    dimOnStderr: dim,
    columns: width,
    terminalColumns,
    print,
    say: (text, style = (lines) => lines) => print(style(wrap(plainText(text), width))),
    facts: (facts) => {
      const indent = " ".repeat(titleColumns);
      const line = ([title, words]: Fact): string => {
        const wrapped = wrap(words, terminalColumns - titleColumns).replaceAll("\n", `\n${indent}`);
        return `${colours.dim(title.padEnd(titleColumns - 2))}  ${wrapped}`;
      };
      print(`${facts.map(line).join("\n")}\n`);
    },
    table: (columns, rows) => print(renderTable(columns, rows, { title: colours.dim })),
    note: (text) => {
      if (quiet) return;
      process.stderr.write(`${wrapProse(text, process.stderr.columns ?? Number.POSITIVE_INFINITY)}\n`);
    },
    fail: (text) => void process.stderr.write(`${text}\n`),
    document: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}
