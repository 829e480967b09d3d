import { partsOf } from "./tools.ts";

/** Writers of all tools' configs, loaded together for a report. */
export const writings = await partsOf(({ writing }) => writing);
