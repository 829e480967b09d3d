import { partsOf } from "./tools.ts";

/** Writers of the tools' configs. All are loaded at once, for a report has every tool's. */
export const writings = await partsOf(({ writing }) => writing);
