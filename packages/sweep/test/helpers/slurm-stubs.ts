import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./example.ts";

/** Programs in the place of Slurm's, for a test of what cannot be brought about on a real cluster. */
export interface Stubs {
  /** A shell command's body; `$*` are its arguments. */
  put(program: string, body: string): void;
  /** The arguments of each call of a program so far. */
  calls(program: string): string[];
}

/** Puts a folder of stubs before all others on the path of this process, for one test. */
export function stubSlurm(): Stubs {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "bin"));
  const before = process.env.PATH;
  process.env.PATH = `${join(folder, "bin")}:${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  const log = (program: string) => join(folder, `${program}.calls`);
  return {
    put(program, body) {
      const file = join(folder, "bin", program);
      writeFileSync(file, `#!/bin/sh\necho "$*" >> '${log(program)}'\n${body}\n`);
      chmodSync(file, 0o755);
      if (!existsSync(log(program))) appendFileSync(log(program), "");
    },
    calls(program) {
      return readFileSync(log(program), "utf8").split("\n").slice(0, -1);
    },
  };
}
