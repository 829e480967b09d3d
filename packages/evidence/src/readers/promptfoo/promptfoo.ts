import { InputError } from "@lorank/core";
import { jsonFile, mostJsonBytes } from "../files/json-file.ts";
import { openLines, readLines } from "../files/read-lines.ts";
import { chosenName, type OutcomeFormat } from "../format.ts";
import { Averages } from "../rows/averages.ts";
import { addScored, groupIn, jsonOf, member } from "../rows/json-values.ts";

/** Value of `failureReason` for a test that could not be run. */
const errorReason = 2;

/**
 * promptfoo results, `.json` (version 3) or `.jsonl`: one per test, prompt and provider.
 *
 * Source: EvaluateResult in https://github.com/promptfoo/promptfoo
 */
export const promptfoo: OutcomeFormat = {
  name: "promptfoo",
  unit: "result",
  recognises: ({ extension, head }) =>
    (extension === ".json" && /^\s*\{\s*"evalId"\s*:/.test(head())) ||
    // Rows in our own format may have any other column first.
    (extension === ".jsonl" &&
      /^\s*\{\s*"(?:cost|description)"\s*:/.test(head()) &&
      !/"correct"\s*:/.test(head())),
  async read(path, rows, { stdin, choices }) {
    const results = path.toLowerCase().endsWith(".json")
      ? resultsInJson(path)
      : await resultsInLines(path, stdin);
    const score = choices.score ?? "success";
    const scoreNames = results.flatMap((result) =>
      Object.keys((member(result, "namedScores") ?? {}) as object),
    );
    chosenName("--score", path, ["success", "score", ...scoreNames], score);
    const isOneRun = !rows.required.includes("rank");
    const providers = new Map<string, string>();
    const means = new Averages(rows);
    for (const [i, result] of results.entries()) {
      const provider = member(result, "provider");
      const label = String(member(provider, "label") ?? member(provider, "id") ?? provider);
      const run = isOneRun ? {} : runOf(label);
      const key = JSON.stringify(run);
      const other = providers.get(key) ?? label;
      if (other !== label) throw twoProviders(path, other, label);
      providers.set(key, label);
      const row = { ...run, example: member(result, "testIdx"), content: JSON.stringify(varsOf(result)) };
      if (member(result, "failureReason") === errorReason) {
        means.add({ ...row, failure: String(member(result, "error") ?? "an error") }, i + 1);
        continue;
      }
      const isOwn = score === "success" || score === "score";
      const value = isOwn ? member(result, score) : member(result, "namedScores", score);
      const groupOf = () => groupIn(varsOf(result), choices.groupColumn, `vars of ${path}, result ${i + 1}`);
      addScored(means, row, i + 1, { name: score, value, groupOf });
    }
    means.finish();
  },
};

function resultsInJson(path: string): readonly unknown[] {
  const { results, version } = (member(jsonFile(path), "results") ?? {}) as Record<string, unknown>;
  if (version === 3 && Array.isArray(results)) return results;
  throw new InputError(
    "E_DATA",
    `${path} must have results of version 3, got ${JSON.stringify(version) ?? "none"}`,
  );
}

async function resultsInLines(path: string, stdin: AsyncIterable<Uint8Array>): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for await (const { lines, bytes } of readLines(openLines(path, stdin))) {
    if (bytes > mostJsonBytes)
      throw new InputError("E_DATA", `${path} must have at most ${mostJsonBytes} bytes, got more`);
    for (const line of lines)
      if (line.trim() !== "") results.push(jsonOf(line, `${path}, line ${results.length + 1}`));
  }
  return results;
}

/** Rank and seed in a provider's label, such as `r8` or `rank 8, seed 1`. */
function runOf(label: string): { readonly rank?: number; readonly seed?: number } {
  const rank = /(?<![a-z0-9])r(?:ank)?[-_ =:]?(\d{1,9})(?!\d)/i.exec(label)?.[1];
  const seed = /(?<![a-z0-9])s(?:eed)?[-_ =:]?(\d{1,9})(?!\d)/i.exec(label)?.[1];
  return {
    ...(rank === undefined ? {} : { rank: Number(rank) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  };
}

function twoProviders(path: string, one: string, other: string): InputError {
  const advice = "Label them by rank and seed, such as r8-s1, or write a file for each.";
  return new InputError(
    "E_OUTCOMES",
    `${path} must have one provider for each run, got ${one} and ${other}\n${advice}`,
  );
}

/** Variables as written: what a provider adds may be random. */
function varsOf(result: unknown): unknown {
  return member(result, "testCase", "vars") ?? member(result, "vars") ?? null;
}
