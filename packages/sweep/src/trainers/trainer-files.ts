import { statSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { InputError } from "@lorank/core";
import type { CommandTrainer } from "@lorank/evidence/results";
import { digestOf } from "../store/file-digests.ts";

/**
 * The files that commands name, in that order: a word, or what follows `=` in one, that is a file seen from `folder`. An
 * absolute path in the place of the program is none, nor are folders such as a model's.
 */
export function pathsNamed(commands: readonly (readonly string[])[], folder: string): string[] {
  const words = commands.flatMap(([program = "", ...rest]) => [
    ...(isAbsolute(program) ? [] : [program]),
    ...rest.flatMap((word) => [word, word.slice(word.indexOf("=") + 1)]),
  ]);
  return [...new Set(words.filter((word) => isFile(folder, word)).map((word) => shortest(folder, word)))];
}

/** The same files with their hashes, sorted by their paths. */
export function namedFiles(
  commands: readonly (readonly string[])[],
  folder: string,
): CommandTrainer["files"] {
  const paths = pathsNamed(commands, folder).sort();
  return paths.map((path) => ({ path, sha256: digestOf(resolve(folder, path)) }));
}

/** Throws E_TRAINER_FILE where a file of the trainer is not what it was when the sweep was planned. */
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
    return false; // not there, or a word that no file can be called: a program after -c may be long
  }
}

/** The same file has one name, whichever way it was typed; below the folder it goes along where the folder goes. */
function shortest(folder: string, word: string): string {
  const path = relative(folder, resolve(folder, word));
  return path.startsWith("..") && isAbsolute(word) ? word : path;
}
