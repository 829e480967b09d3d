import type { Schema } from "./check-schema.ts";
import generated from "./results.schema.json" with { type: "json" };

/** JSON Schema (draft 7) of `Results`, generated from the types. */
export const resultsSchema: Schema = generated as Schema;
