import { InputError } from "@lorank/core";
import { words } from "./reading.ts";
import { readings } from "./readings.ts";
import type { ConfigFields, ToolReading } from "./tool.ts";
import { factsOf, type ReadToolName } from "./tools.ts";

/**
 * Tool that a config belongs to. A tool qualifies by one of its `keys`, and one of its `otherKeys` if it lists any. Of
 * several, the tool that knows the most of the file's topmost keys wins, then the order of `tools.ts`.
 */
export function toolOf(fields: ConfigFields): ReadToolName | undefined {
  const topmost = fields.pathsIn("");
  const known = (reading: ToolReading): number => {
    const keys = knownKeys(reading);
    return topmost.filter((key) => keys.has(key)).length;
  };
  const [first] = [...readings]
    .filter(([, reading]) => qualifies(reading, fields))
    .sort(([, a], [, b]) => known(b) - known(a));
  return first?.[0];
}

function qualifies({ keys, otherKeys = keys }: ToolReading, fields: ConfigFields): boolean {
  const hasOne = (list: readonly string[]): boolean => list.some((key) => fields.has(key));
  return hasOne(keys) && hasOne(otherKeys);
}

/** Topmost keys in a tool's tables. Keys of effects are left out: they are the same for each tool. */
function knownKeys({ rows, notCounted, keys, otherKeys = [], lookalikes }: ToolReading): Set<string> {
  const paths = [...rows.flatMap(([path]) => path), ...notCounted.map(({ path }) => path)];
  return new Set([...paths, ...keys, ...otherKeys, ...words(lookalikes)].map((path) => path.split(".")[0]!));
}

/** Error for a file that no tool's config looks like, with the keys that each tool is known by. */
export function unknownConfig(path: string, fields: ConfigFields): InputError {
  const marks = [...readings].map(([tool, { keys, otherKeys }]) => {
    const others = otherKeys === undefined ? "" : ` with ${otherKeys.slice(0, MOST_KEYS).join(" or ")}`;
    return `${keys.join(" or ")}${others} (${factsOf(tool).title})`;
  });
  const own = fields.pathsIn("");
  const got = own.length === 0 ? "no keys" : `the keys ${own.slice(0, 12).join(", ")}`;
  return new InputError(
    "E_CONFIG",
    `${path} must be a training config with one of these keys: ${marks.join("; ")}; ` +
      `got ${got}${own.length > 12 ? " …" : ""}`,
  );
}

const MOST_KEYS = 6;
