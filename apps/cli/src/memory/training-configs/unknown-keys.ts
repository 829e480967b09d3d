import { editDistance, nearest } from "../../text.ts";
import { knownKeys, knownPaths } from "./known-keys.ts";
import { effects } from "./not-modelled.ts";
import { type ToolFields, words } from "./tool-fields.ts";
import type { ConfigFields, ConfigValueName, TrainingTool } from "./training-config.ts";

type Tools = Readonly<Record<TrainingTool, ToolFields>>;

/** More unknown keys than these are counted. */
const MOST_NAMED = 12;

/** Values that one field decides in every tool, so that the name in another tool says what was meant. */
const comparable = ["rank", "targets", "dropout", "microBatch", "seq", "optimizer", "packing"] as const;

/**
 * The keys of a config that its tool does not know. A key is a problem if it probably stands for one on which memory
 * depends and which the file does not have. The others make one remark.
 */
export function unknownKeys(
  fields: ConfigFields,
  tool: TrainingTool,
  tools: Tools,
): { readonly problems: readonly string[]; readonly remarks: readonly string[] } {
  const { of, version, rows } = tools[tool];
  const known = new Set([...knownPaths(tool), ...fields.references()]);
  const deciding = new Set([...rows.flatMap(([path]) => path), ...Object.values(effects).flatMap(words)]);
  const problems: string[] = [];
  const others: string[] = [];
  for (const path of Object.keys(knownKeys[tool]).flatMap((parent) => fields.pathsIn(parent))) {
    if (known.has(path) || !fields.has(path)) continue;
    const meant = meantBy(path, tool, tools);
    if (meant !== undefined && deciding.has(meant) && !fields.has(meant))
      problems.push(`unknown key "${path}". Did you mean ${meant}?`);
    else others.push(meant === undefined ? path : `${path} (did you mean ${meant}?)`);
  }
  if (others.length === 0) return { problems, remarks: [] };
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : "";
  const named = others.slice(0, MOST_NAMED).join(", ") + more;
  return { problems, remarks: [`not used for the estimate, and unknown to ${of} ${version}: ${named}`] };
}

/** The path that was probably meant: one beside `path`, or that of the field which another tool calls so. */
function meantBy(path: string, tool: TrainingTool, tools: Tools): string | undefined {
  const parent = path.slice(0, -keyOf(path).length);
  const beside = knownPaths(tool).filter((each) => each.slice(0, -keyOf(each).length) === parent);
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
