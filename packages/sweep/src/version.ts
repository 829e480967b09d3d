import { createRequire } from "node:module";

// The path holds in `src/` and in `dist/`, which have the same depth.
const read = createRequire(import.meta.url)("../package.json") as { version: string };

export const { version } = read;
