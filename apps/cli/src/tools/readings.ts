import { partsOf } from "./tools.ts";

/** Readers of all tools' configs: the marks of the others tell whose a config is. */
export const readings = await partsOf(({ reading }) => reading);
