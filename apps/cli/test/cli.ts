import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { heard } from "../../../scripts/warned.ts";
import { assertDocument } from "./document-schema.ts";

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// By address: a trial's process inherits it, and runs in a folder from where "tsx" would not be found.
export const nodeOptions = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx")];
const mainFile = path("../src/main.ts");

const isBuilt = process.env.LORANK_TEST_BUILD === "1";

/**
 * What Node is given for a command line: the sources, which need no build, or, under turbo, which has just made it, the
 * build, which starts a sweep in half the time.
 */
export const program = isBuilt ? [path("../dist/main.js")] : [...nodeOptions, mainFile];

/** Node options of trials that this process starts, likewise. */
export const trialOptions = isBuilt ? ["--import", import.meta.resolve("./built-worker.mjs")] : nodeOptions;

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/**
 * Equal bytes are promised on the CPU: `auto` must not find a GPU on a developer's machine. And no test finds the tokens of
 * another.
 */
export const onItsOwn = {
  VK_ICD_FILENAMES: "/nonexistent",
  CUDA_VISIBLE_DEVICES: "",
  LORANK_TOKEN_CACHE: "off",
};

export interface CliOptions {
  readonly cwd?: string;
  /** Beside our own variables; one that is undefined is unset. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A program with its arguments that runs the command line which follows them. */
  readonly within?: readonly string[];
  /** What stands on standard input; nothing by default. */
  readonly input?: string;
  /** JavaScript modules to import first. */
  readonly imports?: readonly string[];
  /** Called with the text so far whenever stderr grows. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs the command line, as a user would. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { cwd = process.cwd(), env = {}, within = [], imports = [], input, onStderr } = options;
  const first = imports.flatMap((module) => ["--import", module]);
  const [file = "", ...rest] = [...within, process.execPath, ...first, ...program, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", DEBUG: "", ...onItsOwn, ...env },
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
    child.on("close", (code) => {
      try {
        // Every test that runs a command with --json checks its document too.
        if (args.includes("--json") && stdout !== "") {
          assertDocument(args[0]!, stdout);
          if ("error" in JSON.parse(stdout)) expect(code).toBeGreaterThan(0);
        }
        const warnings = stderr.match(/^(?:\(node:\d+\) \w*Warning|warning): .*$/gm) ?? [];
        heard.push(...warnings);
        resolve({
          ...{ code, stdout },
          /** A test that reads this asserts the warnings in it. */
          get stderr() {
            for (const warning of warnings) {
              const place = heard.indexOf(warning);
              if (place >= 0) heard.splice(place, 1);
            }
            return stderr;
          },
        });
      } catch (error) {
        reject(error);
      }
    });
  });
}
