import { type ChangeEffect, profileOf } from "@lorank/core/memory";
import { findCard, memoryDefaults } from "@lorank/core/memory-names";
import { type FormValues, fields, isSwitch, pasted } from "./fields.ts";
import type { FormRequest } from "./read-form.ts";

/** The command that computes what the form does. Settings are given where they are not the profile's own. */
export function commandOf(values: FormValues, { name: model, settings }: FormRequest): string {
  const own = profileOf(memoryDefaults.profile).settings;
  const flags = fields.flatMap(({ name, flag }) => {
    const value = name === "gpu" ? cardsWord(values) : (values[name] ?? "").replaceAll(/\s/g, "");
    const isOwn = name in own && !(name in settings);
    return flag === undefined || value === "" || isOwn ? [] : [flagWords(name, value)];
  });
  return ["lorank memory", values.model === pasted ? "config.json" : model, ...flags].join(" ");
}

/** Changes of the settings as the command takes them: `--loss chunked --checkpointing on`. */
export function changeFlags(changes: readonly ChangeEffect[]): string {
  const set: ChangeEffect["set"] = Object.assign({}, ...changes.map((change) => change.set));
  return Object.entries(set)
    .map(([name, value]) => flagWords(name === "rank" ? "ranks" : name, value))
    .join(" ");
}

function flagWords(name: string, value: string): string {
  const { flag } = fields.find((field) => field.name === name)!;
  if (!isSwitch(name)) return `${flag} ${value}`;
  return value === "true" ? `${flag}` : `${flag}`.replace("--", "--no-");
}

/** A card, or several, in one word: `24GB`, `2xrtx-4090`. */
function cardsWord({ gpu = "", count = "1" }: FormValues): string {
  const text = gpu.trim();
  if (text === "") return "";
  const card = findCard(text)?.name.toLowerCase().replaceAll(" ", "-") ?? text.replaceAll(/\s/g, "");
  return count.trim() === "1" ? card : `${count.trim()}x${card}`;
}
