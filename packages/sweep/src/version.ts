import { createRequire } from "node:module";

// Depth is the same in `src/` and in `dist/`.
const read = createRequire(import.meta.url)("../package.json") as { version: string };

export const { version } = read;
