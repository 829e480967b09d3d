import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

const ajv = new Ajv({ strict: false, allErrors: true });
const checks = new Map<string, ValidateFunction>();

/** Throws unless the text is one JSON document that fits the schema of its command, or of an error. */
export function assertDocument(named: string, text: string): void {
  const document = JSON.parse(text) as object;
  const command = "error" in document ? "error" : named;
  let check = checks.get(command);
  if (check === undefined) {
    const schema = readFileSync(new URL(`../schemas/${command}.json`, import.meta.url), "utf8");
    check = ajv.compile(JSON.parse(schema));
    checks.set(command, check);
  }
  if (check(document)) return;
  const faults = ajv.errorsText(check.errors, { separator: "\n" });
  throw new Error(`lorank ${command} --json does not fit schemas/${command}.json:\n${faults}`);
}
