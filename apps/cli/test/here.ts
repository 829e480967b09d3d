import { Readable } from "node:stream";
import { vi } from "vitest";
import { runCommandLine } from "../src/command-line.ts";
import { type CliOptions, onItsOwn, trialOptions } from "./cli.ts";
import { assertDocument } from "./document-schema.ts";

/** Time of day, in milliseconds since 1970. */
export const timeHere = Date.parse("2026-12-01T12:00:00Z");

export interface RunHere {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both as they came. */
  readonly output: string;
  /** `output` whose lines of stderr begin with `! `. */
  readonly screen: string;
}

export interface OptionsHere extends Pick<CliOptions, "cwd" | "input" | "env"> {
  /** Columns of the terminal; undefined as in a pipe. (default: 100) */
  readonly columns?: number | undefined;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line in this process, so that its modules load once for all tests of a file. One at a time: the others wait. It
 * sees the same time, width and environment on each machine.
 */
export function cliHere(words: readonly string[], options: OptionsHere = {}): Promise<RunHere> {
  const run = last.then(() => runAlone(words, options));
  last = run.catch(() => {});
  return run;
}

async function runAlone(words: readonly string[], options: OptionsHere): Promise<RunHere> {
  const { cwd = process.cwd(), input = "", env = {}, columns } = { columns: 100, ...options };
  const { exitCode, argv, execArgv } = process;
  const before = process.cwd();
  const written = { stdout: "", stderr: "" };
  let [output, screen] = ["", ""];
  const mocks = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk, ...rest) => {
      const text = String(chunk);
      written[name] += text;
      output += text;
      screen += name === "stdout" ? text : text.replace(/^(?=.)/gm, "! ");
      for (const done of rest) if (typeof done === "function") done();
      return true;
    }),
  );
  mocks.push(
    vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([Buffer.from(input)]) as never) as never,
  );
  const terminals = [process.stdout, process.stderr].map(
    (stream) => [stream, { columns: stream.columns, isTTY: stream.isTTY }] as const,
  );
  for (const [stream] of terminals) Object.assign(stream, { columns, isTTY: false });
  const environment = { NO_COLOR: "1", CI: "1", DEBUG: "", LORANK_REDIS: "", ...onItsOwn, ...env };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.useFakeTimers({ toFake: ["Date"], now: timeHere });
  process.chdir(cwd);
  process.exitCode = 0;
  process.argv = [...argv.slice(0, 2), ...words];
  process.execArgv = trialOptions;
  try {
    await runCommandLine(words);
    if (words.includes("--json") && written.stdout !== "") assertDocument(words[0]!, written.stdout);
    return { code: Number(process.exitCode), ...written, output, screen };
  } finally {
    process.chdir(before);
    Object.assign(process, { exitCode, argv, execArgv });
    for (const [stream, was] of terminals) Object.assign(stream, was);
    for (const mock of mocks) mock.mockRestore();
    vi.unstubAllEnvs();
    vi.useRealTimers();
  }
}
