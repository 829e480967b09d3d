/** What the process was given to talk through, as far as colour, progress and questions depend on it. */
export interface Terminal {
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The flags that bear on it, as commander gives them. */
export interface TerminalFlags {
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
 * Whether a person sits at both ends, so that a question would be answered and a moving display be seen. The only
 * place that decides it: a prompt in CI hangs for ever.
 */
export function isInteractive(
  { stdinIsTty, stdoutIsTty, environment }: Terminal,
  flags: TerminalFlags,
): boolean {
  return stdinIsTty && stdoutIsTty && !environment.CI && flags.json !== true && flags.input !== false;
}

/** Whether progress may be drawn over itself on stderr. */
export function mayDrawLive(terminal: Terminal, flags: TerminalFlags): boolean {
  return isInteractive(terminal, flags) && terminal.stderrIsTty && terminal.environment.TERM !== "dumb";
}

/**
 * Whether text for the given stream may be coloured. The first of these that says something decides: `--no-color`,
 * `NO_COLOR` (https://no-color.org), `FORCE_COLOR` (https://force-color.org; 0 and false turn off), `TERM=dumb`, and
 * whether the stream is a terminal. An empty variable says nothing.
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
