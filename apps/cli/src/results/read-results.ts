import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { parseResults, type Results } from "@lorank/core/results";

/**
 * Reads the results that a folder or a file holds, and says which file that was.
 *
 * @throws InputError `E_RESULTS` when there are none, or when they are not results.
 */
export function readResults(path: string): { results: Results; file: string } {
  const file = resultsFile(path);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new InputError("E_RESULTS", `${file} must be JSON that can be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  return { results: parseResults(json), file };
}

function resultsFile(path: string): string {
  if (!existsSync(path)) {
    throw new InputError(
      "E_RESULTS",
      `results must be a sweep's folder or its results.json, got ${path}, which is not there`,
    );
  }
  if (!statSync(path).isDirectory()) return path;
  const file = join(path, "results.json");
  if (existsSync(file)) return file;
  const advice = existsSync(join(path, "sweep.json"))
    ? "The sweep has not finished: run it again with the same command."
    : "It holds no sweep.";
  throw new InputError("E_RESULTS", `results must be a folder with a results.json, got ${path}\n${advice}`);
}
