import { accelerate } from "./accelerate.ts";
import { axolotl } from "./axolotl.ts";
import { llamaFactory } from "./llama-factory.ts";
import { peft } from "./peft.ts";
import type { ReadTool, Tool, ToolReading } from "./tool.ts";
import { torchtune } from "./torchtune.ts";
import { trl } from "./trl.ts";
import { unsloth } from "./unsloth.ts";

/** The training tools, by the name that `--for` and `--json` have for each. Flags, help and reports list them from here. */
export const tools = {
  peft,
  trl,
  axolotl,
  "llama-factory": llamaFactory,
  unsloth,
  torchtune,
} satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof tools;

export const toolNames = Object.keys(tools) as readonly ToolName[];

/** The same with those whose configs are read, and not written. */
export const readTools = { ...tools, accelerate } satisfies Readonly<Record<string, ReadTool>>;

export type ReadToolName = keyof typeof readTools;

/** The tools whose configs are read. A file with as many keys of several is taken for the first one's. */
export const readings: ReadonlyMap<ReadToolName, ToolReading> = new Map(
  (Object.keys(readTools) as ReadToolName[]).flatMap((name) => {
    const { reading }: ReadTool = readTools[name];
    return reading === undefined ? [] : [[name, reading] as const];
  }),
);

/** Names of the tools whose configs are read, with the files' name where it is fixed. */
export const readableConfigs: readonly string[] = [...readings].map(([name, { file }]) =>
  file === undefined ? readTools[name].name : `${readTools[name].name} (${file})`,
);

/** Name and release: `PEFT 0.21.2`. */
export function nameOf({ name, version }: Tool): string {
  return version === undefined ? name : `${name} ${version}`;
}
