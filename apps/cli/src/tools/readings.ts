import { partsOf } from "./tools.ts";

/** Readers of the tools' configs. All are loaded for one config: the marks of the others tell whose it is. */
export const readings = await partsOf(({ reading }) => reading);
