import { readDataRows } from "@lorank/tables/node";
import { chosenName, type OutcomeFormat } from "../format.ts";
import { addScored, groupIn, member } from "../rows/json-values.ts";

const fileName = /^details_(.+?)(?:_\d{4}-\d\d-\d\dT[\d.:-]+)?\.parquet$/;

/**
 * `details_<task>_<date>.parquet` by lighteval: a row for each document, in any order, with its metrics.
 *
 * Source: EvaluationTracker.save_details() in https://github.com/huggingface/lighteval
 */
export const lighteval: OutcomeFormat = {
  name: "lighteval",
  unit: "row",
  recognises: ({ name }) => fileName.test(name),
  taskOf: (name) => fileName.exec(name)?.[1],
  async read(path, rows, { choices }) {
    const details = await readDataRows(path);
    const metrics = details.map(({ values }) => (values.get("metric") ?? {}) as Record<string, unknown>);
    // Metrics over the whole corpus store their inputs.
    const isScore = (value: unknown): boolean => typeof value === "number" || typeof value === "boolean";
    const names = metrics.flatMap((metric) => Object.keys(metric).filter((name) => isScore(metric[name])));
    const score = chosenName("--score", path, names, choices.score);
    for (const [i, { number, values }] of details.entries()) {
      const doc = values.get("doc");
      const [id, query] = [member(doc, "id"), member(doc, "query")];
      const row = { example: id || number, content: query == null ? undefined : String(query) };
      const groupOf = () => groupIn(fieldsOf(doc), choices.groupColumn, `doc of ${path}, row ${number}`);
      addScored(rows, row, number, { name: score, value: metrics[i]![score], groupOf });
    }
  },
};

function fieldsOf(doc: unknown): object {
  return { ...(member(doc, "specific") as object | null | undefined), ...(doc as object | null | undefined) };
}
