import type { ToolWriting } from "./tool.ts";
import { type ToolName, tools } from "./tools.ts";

/** Writers of the tools' configs. All are loaded at once, for a report has every tool's. */
export const writings: ReadonlyMap<ToolName, ToolWriting> = new Map(
  await Promise.all(
    tools.flatMap(({ name, writing }) =>
      writing === undefined ? [] : [writing().then((loaded) => [name as ToolName, loaded] as const)],
    ),
  ),
);
