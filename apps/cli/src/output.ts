import pc from "picocolors";
import type { ErrorDocument } from "./errors.ts";
import { plainText, wrap, wrapProse } from "./text.ts";

type Colours = ReturnType<typeof pc.createColors>;

/** Fact for a person; a command stays on one line, to be pasted. */
export type TitledLine = readonly [title: string, words: string, kind?: "command"];

const titleColumns = 10;

export interface Display {
  /** Suppresses progress output. (default: false) */
  readonly quiet?: boolean;
  /** Redraws progress in place instead of printing lines. (default: false) */
  readonly live?: boolean;
}

/** Messages of a running command, on stderr. Only this file, the error reporter and the progress views write. */
export interface Messages extends Required<Display> {
  /** Tells if stdout is a single JSON document. */
  readonly json: boolean;
  /** Tells if the command may ask a person questions. */
  readonly mayAsk: boolean;
  readonly dimOnStderr: (text: string) => string;
  /** Prints a remark, wrapped to the terminal; silent under `--quiet`. */
  note(text: string): void;
  /** Prints a failure, also under `--quiet`. */
  fail(text: string): void;
  /** Page on stdout, for results shown before the command ends. */
  readonly page: Page;
  /** Prints the `--json` document at once; later documents are ignored. */
  document(value: object): void;
}

/** Page that shows a result to a person on stdout, with remarks on stderr. Under `--json` nothing goes to stdout. */
export interface Page extends Pick<Messages, "json" | "note" | "fail"> {
  readonly colours: Colours;
  /** Columns to wrap text at: the terminal's, or a default. */
  readonly columns: number;
  /** Terminal's columns; infinite if stdout is no terminal. */
  readonly terminalColumns: number;
  print(text?: string): void;
  /** Prints untrusted text safely, wrapped to the terminal. `style` colours the lines. */
  say(text: string, style?: (lines: string) => string): void;
  /** Prints facts with dim titles and wrapped words, then an empty line unless `isEnd`. */
  facts(facts: readonly TitledLine[], place?: { readonly isEnd?: boolean }): void;
  table<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): void;
}

export interface Output extends Messages, Page {}

export interface OutputFlags extends TerminalFlags {
  readonly quiet?: boolean | undefined;
}

/** Flags as Commander parses them, by camelCase name; absent if not typed. */
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
      const line = ([title, words, kind]: TitledLine): string => {
        // A wrapped command could not be pasted.
        const lines = kind === "command" ? words : wrapProse(words, terminalColumns - titleColumns);
        return `${colours.dim(title.padEnd(titleColumns - 2))}  ${lines.replaceAll("\n", `\n${indent}`)}`;
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

function printDocument(value: unknown): void {
  isDocumentPrinted = true;
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints an error document, unless the command has printed a document since {@link beginOutput}. */
export function printErrorDocument(value: ErrorDocument): void {
  if (!isDocumentPrinted) printDocument(value);
}

/** Allows this process another `--json` document. */
export function beginOutput(): void {
  isDocumentPrinted = false;
}

export interface TextColumn<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  readonly cell: (row: Row) => string;
}

/**
 * Renders a table with figures aligned right; empty columns are left out. `style` colours padded lines, since colour
 * codes have no width.
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

export interface Terminal {
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface TerminalFlags {
  readonly json?: boolean | undefined;
  readonly input?: boolean | undefined;
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

/** Tells if a person sits at stdin and stdout. Decided only here, since a prompt in CI hangs for ever. */
export function isInteractive(
  { stdinIsTty, stdoutIsTty, environment }: Terminal,
  flags: TerminalFlags,
): boolean {
  return stdinIsTty && stdoutIsTty && !environment.CI && flags.json !== true && flags.input !== false;
}

/** Tells if progress on stderr may be redrawn in place. */
export function mayDrawLive(terminal: Terminal, flags: TerminalFlags): boolean {
  return isInteractive(terminal, flags) && terminal.stderrIsTty && terminal.environment.TERM !== "dumb";
}

/**
 * Tells if a stream's text may be coloured. The first to be set decides: `--no-color`, `NO_COLOR`
 * (https://no-color.org), `FORCE_COLOR` (https://force-color.org; 0 and false turn colours off), `TERM=dumb`, then the
 * terminal. An empty variable counts as unset.
 */
export function mayColour(terminal: Terminal, stream: "stdout" | "stderr", flags: TerminalFlags): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = terminal.environment;
  if (flags.color === false || NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return TERM !== "dumb" && (stream === "stdout" ? terminal.stdoutIsTty : terminal.stderrIsTty);
}

/** Escape codes that clear the last lines; the carriage return covers an echoed `^C`. */
export function erased(lines: number): string {
  return lines === 0 ? "" : `\r\u001b[${lines}A\u001b[J`;
}
