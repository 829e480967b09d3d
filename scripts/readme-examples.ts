/**
 * Runs the TypeScript examples of a README, so that they cannot go stale. For use in vitest, whose import() reads
 * TypeScript and resolves our packages to their sources:
 *
 *     const readme = new URL("../README.md", import.meta.url);
 *     test.each(readmeExamples(readme))("the example at line $line runs", ({ code }) => runExample(code, readme));
 */
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { vi } from "vitest";
import { type CodeBlock, codeBlocks, promisesOf } from "./code-blocks.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** All `ts` blocks of the page at `url` that can run, in order. */
export function readmeExamples(url: URL): CodeBlock[] {
  return codeBlocks(url).filter(({ language, notRun }) => language === "ts" && notRun === undefined);
}

/**
 * Runs one example as a module of the package whose README is `url`, and returns the lines that it printed with
 * console.log. Comments of the form `// => text` say what it prints, in order; where an example has any, a
 * difference is an error. Examples of one process must run one after another, for console.log is theirs meanwhile.
 */
export async function runExample(code: string, url: URL): Promise<string[]> {
  // Inside the package, so that its own name and its dependencies resolve; not in node_modules, which vitest leaves to Node.
  const file = fileURLToPath(new URL(`.readme-example-${randomUUID()}.ts`, url));
  // Examples leave what they write in temporary folders: a reader wants to look at it.
  const folder = temporaryFolder();
  for (const name of ["TMPDIR", "TEMP"]) vi.stubEnv(name, folder);
  const printed: string[] = [];
  const log = console.log;
  console.log = (...values: unknown[]) => {
    printed.push(...format(...values).split("\n"));
  };
  try {
    writeFileSync(file, code);
    await import(/* @vite-ignore */ file);
  } finally {
    console.log = log;
    vi.unstubAllEnvs(); // the next file of this process begins before vitest does that
    rmSync(file, { force: true });
  }
  const promised = promisesOf(code);
  const given = printed.map((line) => line.trimEnd());
  if (promised.length > 0 && promised.join("\n") !== given.join("\n")) {
    throw new Error(`the example says it prints\n${promised.join("\n")}\nbut it prints\n${given.join("\n")}`);
  }
  return printed;
}
