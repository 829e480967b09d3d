import { InputError } from "@lorank/core";
import type { Family } from "./family.ts";
import { llama } from "./llama.ts";

/** Every supported `model_type`. Adding a family is one file and one row. */
const families: Readonly<Record<string, (config: Readonly<Record<string, unknown>>) => Family>> = { llama };

/** The family of a `config.json`. Throws an InputError that lists what is supported. */
export function familyOf(config: Readonly<Record<string, unknown>>): Family {
  const type = config.model_type;
  const make = typeof type === "string" && Object.hasOwn(families, type) ? families[type] : undefined;
  if (make) return make(config);
  throw new InputError(
    "E_MODEL_TYPE",
    `model_type must be one of ${Object.keys(families).join(", ")}, got ${JSON.stringify(type) ?? "nothing"}`,
  );
}
