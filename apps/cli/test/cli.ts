import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const mainFile = fileURLToPath(new URL("../src/main.ts", import.meta.url));
// By address: a trial's process inherits it, and runs in a folder from where "tsx" would not be found.
export const nodeOptions = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx")];

/** Equal bytes are promised on the CPU: `auto` must not find a GPU on a developer's machine. */
export const noGpu = { VK_ICD_FILENAMES: "/nonexistent", CUDA_VISIBLE_DEVICES: "" };

export interface CliOptions {
  readonly cwd?: string;
  /** Beside our own variables; one that is undefined is unset. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A program with its arguments that runs the command line which follows them. */
  readonly within?: readonly string[];
  /** What stands on standard input; nothing by default. */
  readonly input?: string;
  /** Modules to import first. */
  readonly imports?: readonly string[];
  /** Called with the text so far whenever stderr grows. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs the command line from its sources, as a user would. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { cwd = process.cwd(), env = {}, within = [], imports = [], input, onStderr } = options;
  const node = [process.execPath, ...nodeOptions, ...imports.flatMap((path) => ["--import", path])];
  const [program = "", ...rest] = [...within, ...node, mainFile, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", DEBUG: "", ...noGpu, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(input);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** An empty folder that is gone when the test has finished. */
export function temporaryFolder(): string {
  const folder = makeFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One that the caller removes. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "lorank-cli-"));
}
