import type { Command } from "../command.ts";

/** Commands in help's order, each loaded when needed. */
const facts: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  sweep: () => import("./sweep/command.ts"),
  plan: () => import("./plan/command.ts"),
  init: () => import("./init/command.ts"),
  train: () => import("./train/command.ts"),
  memory: () => import("./memory/command.ts"),
  status: () => import("./status/command.ts"),
  watch: () => import("./watch/command.ts"),
  logs: () => import("./logs/command.ts"),
  cancel: () => import("./cancel/command.ts"),
  report: () => import("./report/command.ts"),
  verdict: () => import("./verdict/command.ts"),
  compare: () => import("./compare/command.ts"),
  config: () => import("./config/command.ts"),
  eval: () => import("./eval/command.ts"),
  generate: () => import("./generate/command.ts"),
  inspect: () => import("./inspect/command.ts"),
  truncate: () => import("./truncate/command.ts"),
  merge: () => import("./merge/command.ts"),
  export: () => import("./export/command.ts"),
  quantize: () => import("./quantize/command.ts"),
  judge: () => import("./judge/command.ts"),
  worker: () => import("./worker/command.ts"),
  doctor: () => import("./doctor/command.ts"),
  completion: () => import("./completion/command.ts"),
  mcp: () => import("./mcp/command.ts"),
};

/** Loads the named command's facts, or every command's if the name is unknown or absent. */
export async function commandsFor(name = ""): Promise<readonly Command[]> {
  const loaders = Object.hasOwn(facts, name) ? [facts[name]!] : Object.values(facts);
  const loaded = await Promise.all(loaders.map((load) => load()));
  return loaded.map(({ command }) => command);
}
