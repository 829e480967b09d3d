import { editDistance, nearest } from "../../text.ts";
import { ownPaths, readPaths, type ToolFields } from "./tool-fields.ts";
import type { ConfigFields, ConfigValueName, TrainingTool } from "./training-config.ts";

type Tools = Readonly<Record<TrainingTool, ToolFields>>;

/** Values that one field decides in every tool, so that the name in another tool says what was meant. */
const comparable = ["rank", "targets", "dropout", "microBatch", "seq", "optimizer", "packing"] as const;

/** A sentence for each key that probably stands for one on which memory depends and which the file does not have. */
export function misspeltKeys(fields: ConfigFields, tool: TrainingTool, tools: Tools): string[] {
  const own = ownPaths(tools[tool]);
  const known = new Set([...own, ...fields.references()]);
  const parents = new Set([...own].map((path) => path.slice(0, -keyOf(path).length).replace(/\.$/, "")));
  return [...parents]
    .flatMap((parent) => fields.pathsIn(parent))
    .filter((path) => !known.has(path) && fields.has(path))
    .flatMap((path) => {
      const meant = meantBy(path, tool, tools);
      const isNeeded = meant !== undefined && !fields.has(meant);
      return isNeeded ? [`unknown key "${path}". Did you mean ${meant}?`] : [];
    });
}

/** The path that was probably meant: one beside `path`, or that of the field which another tool calls so. */
export function meantBy(path: string, tool: TrainingTool, tools: Tools): string | undefined {
  const parent = path.slice(0, -keyOf(path).length);
  const beside = readPaths(tools[tool]).filter((each) => each.slice(0, -keyOf(each).length) === parent);
  const paths = new Map([
    ...namesElsewhere(tool, tools),
    ...beside.map((each) => [keyOf(each), each] as const),
  ]);
  const names = [...paths.keys()];
  const key = keyOf(path);
  const name =
    names.find((each) => each === key) ??
    // Any two names this short are near each other.
    nearest(
      key,
      names.filter((each) => each.length > 3),
    ) ??
    names.find((each) => abbreviates(key, each));
  return name && paths.get(name);
}

/** What other tools call the fields of `tool`, with the paths of those. */
function namesElsewhere(tool: TrainingTool, tools: Tools): [name: string, path: string][] {
  const pathsFor = (target: ConfigValueName, { rows }: ToolFields): string[] =>
    rows.filter((row) => row[1] === target).map(([path]) => [path].flat().at(-1)!);
  return comparable.flatMap((target) => {
    const own = pathsFor(target, tools[tool]);
    const names = Object.values(tools).flatMap((each) => pathsFor(target, each).map(keyOf));
    return [target, ...names].flatMap((name) => {
      const [closest] = own.sort((a, b) => editDistance(keyOf(a), name) - editDistance(keyOf(b), name));
      return closest === undefined || name === "_component_" ? [] : [[name, closest] as [string, string]];
    });
  });
}

/** Whether `key` has some words of `name`, in its order and perhaps cut or drawn out: `micro_batch`, `seq_length`. */
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

/** The last part of a path. */
function keyOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
