import { readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { root, sourceFilesIn } from "../source-files.mjs";

const isTest = /\.test\.tsx?$/;

/** Test files of the package in `home` that lead to a source file by their imports. */
export interface NearTests {
  /** Those with the name of the source file. */
  readonly named: readonly string[];
  /** The others, with the fewest imports between them and the source file first. */
  readonly others: readonly string[];
}

export function testsNear(file: string, home: string): NearTests {
  const importers = importersIn(home);
  const reached = new Set([file]);
  for (const one of reached) for (const importer of importers.get(one) ?? []) reached.add(importer);
  const tests = [...reached].filter((one) => isTest.test(one));
  const nameOf = (path: string): string => basename(path).split(".")[0]!;
  const named = tests.filter((test) => nameOf(test) === nameOf(file));
  return { named, others: tests.filter((test) => !named.includes(test)) };
}

/** The files of a package that import each file by its path. */
function importersIn(home: string): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const file of ["src", "test"].flatMap((folder) => sourceFilesIn(join(home, folder)))) {
    for (const [, path = ""] of readFileSync(join(root, file), "utf8").matchAll(
      /["'](\.\.?\/[^"'\n]+)["']/g,
    )) {
      const imported = normalize(join(dirname(file), path));
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  }
  return importers;
}
