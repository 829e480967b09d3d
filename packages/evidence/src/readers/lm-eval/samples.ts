import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { jsonFile } from "../files/json-file.ts";
import { openLines, readLines } from "../files/read-lines.ts";
import { rankIn } from "../files/run-pattern.ts";
import { chosenName, chosenNames, type OutcomeFormat } from "../format.ts";
import { addScored, groupIn, jsonOf, member } from "../rows/json-values.ts";

const fileName = /^samples_(.+?)(?:_(\d{4}-\d\d-\d\dT[\d.:-]+))?\.jsonl$/;
/** Keys beside the metrics, which versions before 0.4.5 do not list. */
const ownKeys = new Set([
  "doc_id",
  "doc",
  "target",
  "arguments",
  "resps",
  "filtered_resps",
  "filter",
  "metrics",
]);
const isOwnKey = (key: string): boolean => ownKeys.has(key) || key.endsWith("_hash");

/**
 * `samples_<task>_<date>.jsonl` by lm-evaluation-harness 0.4 with `--log_samples`: a row for each document and filter.
 *
 * Source: EvaluationTracker.save_results_samples() in https://github.com/EleutherAI/lm-evaluation-harness
 */
export const lmEval: OutcomeFormat = {
  name: "lm-evaluation-harness",
  unit: "line",
  recognises: ({ extension, head }) => extension === ".jsonl" && /^\s*\{\s*"doc_id"\s*:/.test(head()),
  taskOf: (name) => fileName.exec(name)?.[1],
  async read(path, rows, { stdin, onRows, choices }) {
    const rank = rankOfModel(path);
    const filters = new Set<string>();
    let score: string | undefined;
    let number = 0;
    for await (const { lines, bytes } of readLines(openLines(path, stdin))) {
      for (const line of lines) {
        number++;
        if (line.trim() === "") continue;
        const row = jsonOf(line, `${path}, line ${number}`);
        const filter = String(member(row, "filter") ?? "none");
        filters.add(filter);
        if (!chosenNames(choices.filter ?? [...filters][0]).includes(filter)) continue;
        score ??= chosenName("--score", path, metricsOf(row), choices.score);
        const hash = member(row, "doc_hash");
        const cells = {
          rank,
          example: member(row, "doc_id"),
          content: hash === undefined ? hash : String(hash),
        };
        const groupOf = () =>
          groupIn(member(row, "doc"), choices.groupColumn, `doc of ${path}, line ${number}`);
        addScored(rows, cells, number, { name: score, value: member(row, score), groupOf });
      }
      onRows?.(number, bytes);
    }
    chosenName("--filter", path, filters, choices.filter);
  },
};

/** Metrics in a row; all numbers in earlier versions. */
function metricsOf(row: unknown): string[] {
  const named = member(row, "metrics");
  if (Array.isArray(named)) return named.map(String);
  const entries = Object.entries((row ?? {}) as Record<string, unknown>);
  return entries.flatMap(([key, value]) => (!isOwnKey(key) && typeof value === "number" ? key : []));
}

/** Adapter rank, by the results beside the samples. */
function rankOfModel(path: string): number | undefined {
  const date = fileName.exec(basename(path))?.[2];
  const results = join(dirname(path), `results_${date}.json`);
  return date === undefined || !existsSync(results) ? undefined : rankOfResults(jsonFile(results));
}

/** Adapter rank by results that name the adapter, if on this machine. */
export function rankOfResults(results: unknown): number | undefined {
  const model = member(results, "config", "model_args");
  const peft =
    typeof model === "string"
      ? /(?:^|,)(?:peft|lora_local_path)=([^,]+)/.exec(model)?.[1]
      : (member(model, "peft") ?? member(model, "lora_local_path")); // `lora_local_path` is vLLM's
  if (typeof peft !== "string") return undefined;
  const config = join(peft, "adapter_config.json");
  return existsSync(config) ? rankIn(config) : undefined;
}
