import { createRequire } from "node:module";

// This file stands at the depth of what is built from it, `dist/`: the path holds for both.
const read = createRequire(import.meta.url)("../package.json") as { version: string };

export const { version } = read;
