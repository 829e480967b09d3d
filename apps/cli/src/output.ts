import pc from "picocolors";
import type { ErrorDocument } from "./errors.ts";
import { plainText, wrap, wrapProse } from "./text.ts";

type Colours = ReturnType<typeof pc.createColors>;

/** One line of what a command does: a title, and the words behind it. */
export type TitledLine = readonly [title: string, words: string];

/** Columns that the title of a fact takes. */
const titleColumns = 10;

/** Ways to show progress on stderr. */
export interface Display {
  /** Not at all. (default: false) */
  readonly quiet?: boolean;
  /** Drawn over itself, and not in lines. (default: false) */
  readonly live?: boolean;
}

/** Messages on stderr, for a command that works. Only this file, the error reporter and the progress views write. */
export interface Messages extends Required<Display> {
  /** One JSON document is all of stdout. */
  readonly json: boolean;
  /** Questions can be put to a person. */
  readonly mayAsk: boolean;
  /** Dims text on stderr. */
  readonly dimOnStderr: (text: string) => string;
  /** Prints a remark, in lines no longer than the terminal. Silent under `--quiet`. */
  note(text: string): void;
  /** Prints a failure. Never silent. */
  fail(text: string): void;
  /** Shows at once what a person should see before the command ends. */
  readonly page: Page;
  /** Prints the one document of `--json`, unless one was printed before: at once, for a command that goes on. */
  document(value: object): void;
}

/** The result on stdout, as a person reads it, and remarks beside it. Nothing goes to stdout under `--json`. */
export interface Page extends Pick<Messages, "json" | "note" | "fail"> {
  readonly colours: Colours;
  /** Columns of the terminal, or of the width that text is wrapped to where there is none. */
  readonly columns: number;
  /** Columns of the terminal; infinite where stdout is none, whose lines a reader wraps. */
  readonly terminalColumns: number;
  print(text?: string): void;
  /** Prints text, which may be a stranger's, in lines no longer than the terminal. `style` colours them. */
  say(text: string, style?: (lines: string) => string): void;
  /** Prints facts under each other, their words wrapped behind dim titles, and an empty line unless they are the end. */
  facts(facts: readonly TitledLine[], place?: { readonly isEnd?: boolean }): void;
  /** Prints a table with dim titles. */
  table<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): void;
}

/** Everything that a command line prints. */
export interface Output extends Messages, Page {}

export interface OutputFlags extends TerminalFlags {
  readonly quiet?: boolean | undefined;
}

/** Flags as commander gives them: texts and switches by camelCase names. What was not typed is not there. */
export type RawFlags = Readonly<Record<string, unknown>>;

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
  let isPrinted = false;
  const output: Output = {
    json,
    quiet,
    live: mayDrawLive(terminal, flags),
    mayAsk: isInteractive(terminal, flags),
    colours,
    dimOnStderr: dim,
    columns: width,
    terminalColumns,
    print,
    say: (text, style = (lines) => lines) => print(style(wrap(plainText(text), width))),
    facts: (facts, { isEnd = false } = {}) => {
      const indent = " ".repeat(titleColumns);
      const line = ([title, words]: TitledLine): string => {
        const wrapped = wrap(words, terminalColumns - titleColumns).replaceAll("\n", `\n${indent}`);
        return `${colours.dim(title.padEnd(titleColumns - 2))}  ${wrapped}`;
      };
      print(facts.map(line).join("\n"));
      if (!isEnd) print();
    },
    table: (columns, rows) => print(renderTable(columns, rows, { title: colours.dim })),
    note: (text) => {
      if (quiet) return;
      process.stderr.write(`${wrapProse(text, process.stderr.columns ?? Number.POSITIVE_INFINITY)}\n`);
    },
    fail: (text) => void process.stderr.write(`${text}\n`),
    document: (value) => {
      if (json && !isPrinted) printDocument(value);
      isPrinted = true;
    },
    get page() {
      return output;
    },
  };
  return output;
}

let isDocumentPrinted = false;

/** Prints the one document of `--json`, at once. */
function printDocument(value: unknown): void {
  isDocumentPrinted = true;
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints an error as the document of `--json`, unless a command has printed its own since {@link beginOutput}. */
export function printErrorDocument(value: ErrorDocument): void {
  if (!isDocumentPrinted) printDocument(value);
}

/** Tells that a command begins, whose document is not printed yet. */
export function beginOutput(): void {
  isDocumentPrinted = false;
}

/** A column of a text table. Figures go right, words left. */
export interface TextColumn<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  readonly cell: (row: Row) => string;
}

/**
 * Renders rows under their titles, two spaces between columns. `style` colours whole lines after they have been
 * padded, since colour codes have no width. A column that is empty in all rows is left out.
 */
export function renderTable<Row>(
  columns: readonly TextColumn<Row>[],
  rows: readonly Row[],
  style: {
    readonly title?: (line: string) => string;
    readonly row?: (line: string, row: Row) => string;
  } = {},
): string {
  const { title = (line) => line, row: styleRow = (line) => line } = style;
  const shown = columns
    .map((column) => ({ ...column, cells: rows.map((row) => column.cell(row)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  const widths = shown.map((column) =>
    Math.max(column.title.length, ...column.cells.map((cell) => cell.length)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => (shown[i]!.align === "left" ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [
    title(line(shown.map((column) => column.title))),
    ...rows.map((row, i) => styleRow(line(shown.map(({ cells }) => cells[i]!)), row)),
  ].join("\n");
}

/** Facts about the terminal on which colour, progress and questions depend. */
export interface Terminal {
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The flags that bear on it, as commander gives them. */
interface TerminalFlags {
  readonly json?: boolean | undefined;
  /** False under `--no-input`. */
  readonly input?: boolean | undefined;
  /** False under `--no-color`. */
  readonly color?: boolean | undefined;
}

export function processTerminal(): Terminal {
  return {
    stdinIsTty: process.stdin.isTTY === true,
    stdoutIsTty: process.stdout.isTTY === true,
    stderrIsTty: process.stderr.isTTY === true,
    environment: process.env,
  };
}

/**
 * Tells if a person sits at both ends, so that a question would be answered and a moving display be seen. The only
 * place that decides it: a prompt in CI hangs for ever.
 */
export function isInteractive(
  { stdinIsTty, stdoutIsTty, environment }: Terminal,
  flags: TerminalFlags,
): boolean {
  return stdinIsTty && stdoutIsTty && !environment.CI && flags.json !== true && flags.input !== false;
}

/** Tells if progress may be drawn over itself on stderr. */
export function mayDrawLive(terminal: Terminal, flags: TerminalFlags): boolean {
  return isInteractive(terminal, flags) && terminal.stderrIsTty && terminal.environment.TERM !== "dumb";
}

/**
 * Tells if text for a stream may be coloured. The first of these that is set decides: `--no-color`, `NO_COLOR`
 * (https://no-color.org), `FORCE_COLOR` (https://force-color.org; 0 and false turn off), `TERM=dumb`. Otherwise a
 * terminal is coloured. An empty variable is not set.
 */
export function mayColour(terminal: Terminal, stream: "stdout" | "stderr", flags: TerminalFlags): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = terminal.environment;
  if (flags.color === false || NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return TERM !== "dumb" && (stream === "stdout" ? terminal.stdoutIsTty : terminal.stderrIsTty);
}

/** Goes back over so many lines and clears them. The cursor may be behind the `^C` that a terminal shows of a key. */
export function erased(lines: number): string {
  return lines === 0 ? "" : `\r\u001b[${lines}A\u001b[J`;
}
