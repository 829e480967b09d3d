import { editDistance, nearest } from "@lorank/core";
import { words } from "../../tools/reading.ts";
import type { ConfigFields, ConfigValueName, ToolReading } from "../../tools/tool.ts";
import { effects } from "./effects.ts";

type Readings = ReadonlyMap<string, ToolReading>;

function readPaths({ rows, notCounted }: ToolReading): string[] {
  return [
    ...rows.flatMap(([path]) => path),
    ...notCounted.flatMap(({ path }) => path || []),
    ...effects.flatMap(({ paths }) => words(paths)),
  ];
}

/** Config paths known to a training tool; others may be misspelt, or another tool's. */
export function ownPaths(tool: ToolReading): Set<string> {
  const { keys, otherKeys = [], lookalikes } = tool;
  const paths = [...readPaths(tool), ...keys, ...otherKeys, ...words(lookalikes)];
  return new Set(paths.flatMap((path) => [path, ...parentsOf(path)]));
}

function parentsOf(path: string): string[] {
  const end = path.lastIndexOf(".");
  return end < 0 ? [] : [path.slice(0, end)];
}

/** Values that are a single field in every tool: another tool's name for it can be corrected. */
const comparable = ["rank", "targets", "dropout", "microBatch", "seq", "optimizer", "packing"] as const;

/** Sentences on unknown config keys that resemble a missing key on which memory depends. */
export function misspeltKeys(fields: ConfigFields, tool: ToolReading, readings: Readings): string[] {
  const own = ownPaths(tool);
  const known = new Set([...own, ...fields.references()]);
  const parents = new Set([...own].map((path) => path.slice(0, -keyOf(path).length).replace(/\.$/, "")));
  return [...parents]
    .flatMap((parent) => fields.pathsIn(parent))
    .filter((path) => !known.has(path) && fields.has(path))
    .flatMap((path) => {
      const meant = meantBy(path, tool, readings);
      const isNeeded = meant !== undefined && !fields.has(meant);
      return isNeeded ? [`unknown key "${path}". Did you mean ${meant}?`] : [];
    });
}

/** Known path meant by an unknown `path`: nearest in spelling, or another tool's name for the field. */
export function meantBy(path: string, tool: ToolReading, readings: Readings): string | undefined {
  const parent = path.slice(0, -keyOf(path).length);
  const beside = readPaths(tool).filter((each) => each.slice(0, -keyOf(each).length) === parent);
  const paths = new Map([
    ...namesElsewhere(tool, readings),
    ...beside.map((each) => [keyOf(each), each] as const),
  ]);
  const names = [...paths.keys()];
  const key = keyOf(path);
  const name =
    names.find((each) => each === key) ??
    // Names up to three letters are left out: all are near each other.
    nearest(
      key,
      names.filter((each) => each.length > 3),
    ) ??
    names.find((each) => abbreviates(key, each));
  return name && paths.get(name);
}

/** Other tools' names for fields of `tool`, with the paths in `tool`. */
function namesElsewhere(tool: ToolReading, readings: Readings): [name: string, path: string][] {
  const pathsFor = (target: ConfigValueName, { rows }: ToolReading): string[] =>
    rows.filter((row) => row[1] === target).map(([path]) => [path].flat().at(-1)!);
  return comparable.flatMap((target) => {
    const own = pathsFor(target, tool);
    const names = [...readings.values()].flatMap((each) => pathsFor(target, each).map(keyOf));
    return [target, ...names].flatMap((name) => {
      const [closest] = own.sort((a, b) => editDistance(keyOf(a), name) - editDistance(keyOf(b), name));
      return closest === undefined || name === "_component_" ? [] : [[name, closest] as [string, string]];
    });
  });
}

/** Tests if `key` is made from words of `name` in order, perhaps cut or extended: `micro_batch`, `seq_length`. */
function abbreviates(key: string, name: string): boolean {
  const [short, long] = [key.split(/[_-]/), name.split(/[_-]/)];
  let next = 0;
  for (const word of short) {
    next = 1 + long.findIndex((each, index) => index >= next && isAlike(word, each));
    if (next === 0) return false;
  }
  return short.length > 1;
}

function isAlike(a: string, b: string): boolean {
  return a === b || (Math.min(a.length, b.length) > 2 && (a.startsWith(b) || b.startsWith(a)));
}

function keyOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
