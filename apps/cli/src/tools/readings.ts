import { partsOf } from "./tools.ts";

/** Readers for all tools' configs: recognising a config needs every tool's keys. */
export const readings = await partsOf(({ reading }) => reading);
