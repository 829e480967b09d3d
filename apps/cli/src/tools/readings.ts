import type { ToolReading } from "./tool.ts";
import { type ReadToolName, tools } from "./tools.ts";

/** Readers of the tools' configs. All are loaded for one config: the marks of the others tell whose it is. */
export const readings: ReadonlyMap<ReadToolName, ToolReading> = new Map(
  await Promise.all(
    tools.flatMap(({ name, reading }) =>
      reading === undefined ? [] : [reading().then((loaded) => [name as ReadToolName, loaded] as const)],
    ),
  ),
);
