import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { runCommandLine } from "../../../apps/cli/src/command-line.ts";
import { onItsOwn } from "../../../apps/cli/test/cli.ts";
import { refuse, startFakeHub } from "../../../packages/checkpoint/test/helpers/fake-hub.ts";

export interface PageRun {
  readonly code: number;
  /** What a terminal would show: standard output and standard error. */
  readonly output: string;
}

/** The folder in which a page's blocks run, in this process: starting one for each command took a second. */
export class PageFolder {
  readonly path = mkdtempSync(join(tmpdir(), "lorank-page-"));

  /** Runs `lorank` with these words, and these environment variables beside our own. */
  async run(words: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<PageRun> {
    const environment = {
      ...{ NO_COLOR: "1", DEBUG: "", HF_HOME: "hub", HF_ENDPOINT: await hubWithGatedModel() },
      ...{ ...onItsOwn, ...variables },
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { argv } = process;
    process.argv = [process.execPath, "lorank", ...words]; // for pages that show what was typed
    try {
      return await this.within(() => withOutput(() => runCommandLine(words)));
    } finally {
      process.argv = argv;
      vi.unstubAllEnvs();
    }
  }

  /** Runs `work` with this folder as the working directory. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const before = process.cwd();
    process.chdir(this.path);
    try {
      return await work();
    } finally {
      process.chdir(before);
    }
  }

  /** Writes a file, which may be run as a program. */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Address of a hub whose only model, `org/gated`, asks for a licence. */
async function hubWithGatedModel(): Promise<string> {
  const hub = await startFakeHub(onTestFinished);
  hub.intercept = ({ path }, response) => {
    const isGated = path.includes("/org/gated/");
    if (isGated) refuse(response, 403, "GatedRepo");
    return isGated;
  };
  return hub.endpoint;
}

async function withOutput(work: () => Promise<void>): Promise<PageRun> {
  let output = "";
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  for (const { stream } of streams) {
    stream.write = (text: string | Uint8Array) => {
      output += String(text);
      return true;
    };
  }
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await work();
    return { code: Number(process.exitCode), output };
  } finally {
    process.exitCode = before;
    for (const { stream, write } of streams) stream.write = write;
  }
}

/** Whether `output` is what a page shows. In `shown`, `…` stands for any text, alone on a line for any lines. */
export function matches(output: string, shown: string): boolean {
  const lines = (text: string): string[] =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd());
  const pattern = lines(shown).map((line) =>
    line.trim() === "…" ? "(?:.*\n)*?" : `${line.split("…").map(literally).join(".*")}\n`,
  );
  return new RegExp(`^${pattern.join("")}$`).test(`${lines(output).join("\n")}\n`);
}

export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The commands of a `console` block, each with the output that follows it. */
export function consoleCommands(code: string): { readonly command: string; readonly shown: string }[] {
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...shown] = part.split("\n");
      return { command, shown: shown.join("\n") };
    });
}
