import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

/** Where the generated JSON Schema lies. */
export const schemaFile = new URL("../src/schema/results.schema.json", import.meta.url);

/** The text of the JSON Schema of `Results`, generated from `src/schema/types.ts`. */
export function generateResultsSchema(): string {
  const generator = createGenerator({
    path: fileURLToPath(new URL("../src/schema/types.ts", import.meta.url)),
    tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)),
    type: "Results",
    topRef: false,
    // A later version may add a field; a reader of this version ignores it.
    additionalProperties: true,
    skipTypeCheck: true,
  });
  const { $schema, ...rest } = generator.createSchema("Results");
  const schema = { $schema, title: "LoRAnk results, schema version 1", ...rest };
  return `${JSON.stringify(schema, withoutScoreNames, 2)}\n`;
}

/** Leaves out names of scores of whole runs: the runs of a sweep have outcomes. */
function withoutScoreNames(key: string, value: unknown): unknown {
  if (key === "additionalProperties" && typeof value === "object") return undefined;
  if (key !== "definitions") return value;
  const { OutcomeMetricName, ScoreMetricName, ...definitions } = value as Record<string, object>;
  return { ...definitions, MetricName: OutcomeMetricName };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(schemaFile, generateResultsSchema());
}
