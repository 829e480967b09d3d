import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";

/**
 * Bundles a script of `test/children` into one file that plain Node runs: a child that had to load a TypeScript
 * loader first would start ten times slower, and these tests start a hundred. The file goes when the test is over.
 */
export function bundled(script: string): string {
  const outfile = `${temporaryFolder()}/${script.replace(/\.ts$/, ".mjs")}`;
  buildSync({
    entryPoints: [fileURLToPath(new URL(`../children/${script}`, import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@lorank/source"],
    // undici is CommonJS, and requires Node's own modules
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return outfile;
}

export interface Child {
  readonly process: ChildProcess;
  /** Standard output so far. */
  output(): string;
  /** Resolves when `text` has been printed. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
}

/** Starts a script that {@link bundled} made. */
export function startChild(script: string, ...rest: string[]): Child {
  return startProgram(process.execPath, [script, ...rest]);
}

/** Starts any program, with these variables besides those of this process. */
export function startProgram(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Child {
  const child = spawn(command, args, { env: { ...process.env, ...environment } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Awaited<Child["ended"]>>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stdout.includes(text)) resolve();
      };
      child.stdout.on("data", look);
      child.on("close", () => reject(new Error(`the child ended before it printed "${text}": ${stderr}`)));
      look();
    });
  return { process: child, output: () => stdout, printed, ended };
}
