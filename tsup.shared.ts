import type { Options } from "tsup";

/** One ESM build for every package. `npm run types` writes the declarations beside it. */
export function library(entry: NonNullable<Options["entry"]> = ["src/index.ts"]): Options {
  return {
    entry,
    format: "esm",
    target: "node20",
    platform: "node",
    clean: ["!**/*.d.ts"],
    sourcemap: true,
  };
}
