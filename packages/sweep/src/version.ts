import { createRequire } from "node:module";

// The path to package.json is the same from `src/` and from `dist/`.
const read = createRequire(import.meta.url)("../package.json") as { version: string };

export const { version } = read;
