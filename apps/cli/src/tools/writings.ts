import { partsOf } from "./tools.ts";

/** Writers for all tools' configs, loaded together for a report. */
export const writings = await partsOf(({ writing }) => writing);
