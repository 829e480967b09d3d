import type { Options } from "tsup";

/** One ESM build with types for every package. */
export function library(entry: NonNullable<Options["entry"]> = ["src/index.ts"]): Options {
  return {
    entry,
    format: "esm",
    target: "node20",
    platform: "node",
    dts: true,
    clean: true,
    sourcemap: true,
  };
}
