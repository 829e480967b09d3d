import type { ToolName } from "../settings/tool-names.ts";
import { accelerate } from "./accelerate.ts";
import { axolotl } from "./axolotl.ts";
import { llamaFactory } from "./llama-factory.ts";
import { peft } from "./peft.ts";
import type { ReadTool, Tool, ToolReading } from "./tool.ts";
import { torchtune } from "./torchtune.ts";
import { trl } from "./trl.ts";
import { unsloth } from "./unsloth.ts";

/** The training tools. A name of `--for` without a row does not compile. */
export const tools = {
  peft,
  trl,
  axolotl,
  "llama-factory": llamaFactory,
  unsloth,
  torchtune,
} satisfies Readonly<Record<ToolName, Tool>>;

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

/** Name and release: `PEFT 0.21.2`. */
export function nameOf({ name, version }: Tool): string {
  return version === undefined ? name : `${name} ${version}`;
}
