import { z } from "zod";
import { sweepFileSchema } from "./settings-schema.ts";

/** The JSON Schema of a sweep's YAML file, for editors, as text. A test compares it with the published file. */
export function sweepJsonSchema(): string {
  const schema = z.toJSONSchema(sweepFileSchema(), { io: "input" });
  return `${JSON.stringify({ title: "LoRAnk sweep", ...schema }, null, 2)}\n`;
}
