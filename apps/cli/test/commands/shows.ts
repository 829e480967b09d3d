import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { runCommandLine } from "../../src/command-line.ts";
import { onItsOwn, temporaryFolder } from "../cli.ts";
import { assertDocument } from "../document-schema.ts";

/** Columns of the terminal in every snapshot. */
const columns = 100;

/** Time of day in every scene, in milliseconds since 1970. */
export const sceneTime = Date.parse("2026-12-01T12:00:00Z");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A terminal in an empty folder. Commands run in this process, so their modules load once for all scenes. */
export interface Terminal {
  readonly folder: string;
  /** Writes a file below the folder. Returns its path there. */
  write(name: string, content: string | Uint8Array): string;
  /** Runs `lorank` with the words of a line, which single quotes may hold together. */
  run(line: string): Promise<Ended>;
  /** Replaces in the snapshot what differs from machine to machine, or run to run. */
  hide(pattern: RegExp, shown: string): void;
}

/**
 * Tests that a scene prints what stands in `shown/COMMAND/STATE.txt`: each command line, what it printed, and its exit code
 * unless that is 0. Lines of stderr begin with `! `. `npx vitest run FILE -u` writes the snapshots.
 */
export function shows(command: string, state: string, scene: (terminal: Terminal) => Promise<void>): void {
  test(`${command}: ${state}`, async () => {
    const folder = realpathSync(temporaryFolder());
    const hidden: (readonly [RegExp | string, string])[] = [
      [folder, "/work"],
      [homedir(), "~"],
      [hostname(), "HOST"],
    ];
    let text = "";
    await scene({
      folder,
      write(name, content) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
        return name;
      },
      hide: (pattern, shown) => void hidden.push([pattern, shown]),
      async run(line) {
        const ended = await runLine(line, folder);
        text += `${`$ lorank ${line}`.trimEnd()}\n${ended.screen}${ended.code === 0 ? "" : `[exit ${ended.code}]\n`}\n`;
        return ended;
      },
    });
    for (const [pattern, shown] of hidden) text = text.replaceAll(pattern, shown);
    const file = `./shown/${command}/${state.replace(/[^a-zA-Z0-9.]+/g, "-")}.txt`;
    await expect(`${text.trimEnd()}\n`).toMatchFileSnapshot(file);
  });
}

async function runLine(line: string, folder: string): Promise<Ended & { readonly screen: string }> {
  const [words, before, exitCodeBefore, argvBefore] = [
    wordsOf(line),
    process.cwd(),
    process.exitCode,
    process.argv,
  ];
  const written = { stdout: "", stderr: "" };
  let screen = "";
  const mocks = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk, ...rest) => {
      const text = String(chunk);
      written[name] += text;
      screen += name === "stdout" ? text : text.replace(/^(?=.)/gm, "! ");
      for (const done of rest) if (typeof done === "function") done();
      return true;
    }),
  );
  const terminals = [process.stdout, process.stderr].map(
    (stream) => [stream, { columns: stream.columns, isTTY: stream.isTTY }] as const,
  );
  for (const [stream] of terminals) Object.assign(stream, { columns, isTTY: false });
  for (const [name, value] of Object.entries({
    NO_COLOR: "1",
    CI: "1",
    DEBUG: "",
    LORANK_REDIS: "",
    ...onItsOwn,
  }))
    vi.stubEnv(name, value);
  vi.useFakeTimers({ toFake: ["Date"], now: sceneTime });
  process.chdir(folder);
  process.exitCode = 0;
  process.argv = [...process.argv.slice(0, 2), ...words];
  try {
    await runCommandLine(words);
    if (words.includes("--json") && written.stdout !== "") assertDocument(words[0]!, written.stdout);
    return { code: Number(process.exitCode), ...written, screen };
  } finally {
    process.chdir(before);
    process.exitCode = exitCodeBefore;
    process.argv = argvBefore;
    for (const [stream, was] of terminals) Object.assign(stream, was);
    for (const mock of mocks) mock.mockRestore();
    vi.unstubAllEnvs();
    vi.useRealTimers();
  }
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
