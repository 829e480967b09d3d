import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { stringify } from "yaml";
import { defaults } from "../defaults.ts";
import { helpText } from "../settings/help.ts";
import { fileSettings } from "../settings/table.ts";
import type { Answers } from "./answers.ts";

/** Settings that many sweeps change. They stand in the file as comments. */
const oftenChanged = [
  ["metric", "log-loss"],
  ["margin", "0.02"],
  ["learning-rate", "auto"],
  ["epochs", "auto"],
  ["max-length", "256"],
  ["quantize", "nf4-dq"],
  ["targets", "[q_proj, v_proj]"],
  ["test-examples", "200"],
] as const;

/** `sweep.yaml` of a sweep that this engine trains. Paths in it hold from `folder`, where it is written and run. */
export function sweepFile(folder: string, answers: Answers): string {
  const { model = defaults.model, data = defaults.data, trainer: _, ...rest } = answers;
  const { ranks = defaults.ranks, seeds = defaults.seeds, ...columns } = rest;
  const settings = { model: from(folder, model), data: from(folder, data), ...columns, ranks, seeds };
  const all = fileSettings();
  const comments = oftenChanged.flatMap(([key, value]) => {
    const setting = all.find((one) => one.key === key)!;
    return ["", `# ${helpText(setting)}`, `# ${key}: ${value}`];
  });
  return [
    "# Which rank? lorank sweep sweep.yaml",
    "# A key is a flag of lorank sweep, where lorank help sweep has them all. What begins with # is not set.",
    ...Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${yamlValue(value)}`),
    ...comments,
    "",
  ].join("\n");
}

/** The sweep file of a recipe with these answers in place of its own; its comments and all else stay. */
export function recipeSweepFile(text: string, folder: string, answers: Answers): string {
  const { model, data, ranks, seeds } = answers;
  const keys = Object.entries({ ranks, seeds }).filter(([, value]) => value !== undefined);
  const words = Object.entries({ model, data }).filter(([, value]) => value !== undefined);
  const withKeys = keys.reduce(
    (all, [key, value]) => all.replace(new RegExp(`^${key}: .*$`, "m"), () => `${key}: ${yamlValue(value)}`),
    text,
  );
  return words.reduce(
    (all, [key, value]) =>
      all.replace(
        new RegExp(`(--${key}, )[^\\s,\\]]+`, "g"),
        (_, flag: string) => flag + yamlValue(from(folder, String(value))),
      ),
    withKeys,
  );
}

/** A path that is there, as it is from `folder`; the name of something else as it is. */
function from(folder: string, name: string): string {
  if (name === defaults.model || name === defaults.data || !existsSync(name)) return name;
  const path = relative(resolve(folder), resolve(name));
  // A name with a slash could be a hub id.
  return path === "" || path.startsWith("..") ? path || "." : `./${join(path)}`;
}

/** In one line that may stand in a list too. */
function yamlValue(value: unknown): string {
  const options = { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 } as const;
  const isPlain = typeof value !== "string" || /^[\w./-]+$/.test(value);
  return isPlain ? stringify(value, options).trim() : JSON.stringify(value);
}
