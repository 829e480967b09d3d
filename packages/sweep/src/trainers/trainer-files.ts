import { statSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { InputError } from "@lorank/core";
import type { CommandTrainer } from "@lorank/evidence/schema";
import { digestOf } from "../store/file-digests.ts";

/**
 * Files in `folder` that commands name as words, or behind `=`. Folders do not count, nor a program with an absolute
 * path.
 */
export function pathsNamed(commands: readonly (readonly string[])[], folder: string): string[] {
  const words = commands.flatMap(([program = "", ...rest]) => [
    ...(isAbsolute(program) ? [] : [program]),
    ...rest.flatMap((word) => [word, word.slice(word.indexOf("=") + 1)]),
  ]);
  return [...new Set(words.filter((word) => isFile(folder, word)).map((word) => shortest(folder, word)))];
}

export function namedFiles(
  commands: readonly (readonly string[])[],
  folder: string,
): CommandTrainer["files"] {
  const paths = pathsNamed(commands, folder).sort();
  return paths.map((path) => ({ path, sha256: digestOf(resolve(folder, path)) }));
}

/** Throws E_TRAINER_FILE where a trainer's file has changed or gone since planning. */
export function assertUnchanged({ files }: CommandTrainer, folder: string): void {
  for (const { path, sha256 } of files) {
    const isThere = isFile(folder, path);
    if (isThere && digestOf(resolve(folder, path)) === sha256) continue;
    throw new InputError(
      "E_TRAINER_FILE",
      `${resolve(folder, path)} must be as it was when the sweep was planned, got ${isThere ? "another content" : "no file"}\n` +
        "A changed trainer is another sweep: undo the change, or use another --out.",
    );
  }
}

function isFile(folder: string, word: string): boolean {
  if (word === "") return false;
  try {
    return statSync(resolve(folder, word)).isFile();
  } catch {
    return false; // no file, or too long for a name, such as a program after -c
  }
}

/** Path in its shortest form: relative if below the folder, so that the folder can move. */
function shortest(folder: string, word: string): string {
  const path = relative(folder, resolve(folder, word));
  return path.startsWith("..") && isAbsolute(word) ? word : path;
}
