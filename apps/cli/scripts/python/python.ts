import type { Schema } from "ts-json-schema-generator";
import { commandsFor } from "../../src/commands/commands.ts";
import { calls, pythonCalls } from "./calls.ts";
import { pythonClasses } from "./classes.ts";

const commands = await commandsFor();

/** Python's modules that are made from the commands: documents as classes, and a function for each command of the API. */
export function pythonFiles(schemas: ReadonlyMap<string, string>): ReadonlyMap<URL, string> {
  const names = [...Object.keys(calls), "error"];
  const { text, documentsOf } = pythonClasses(
    new Map(names.map((name) => [name, JSON.parse(schemas.get(name)!) as Schema])),
  );
  const at = (path: string): URL => new URL(`../../../../python/src/lorank/${path}`, import.meta.url);
  return new Map([
    [at("documents.py"), text],
    [at("_commands.py"), pythonCalls(commands, documentsOf)],
  ]);
}
