import type { Options } from "tsup";

/**
 * One ESM build for every package. With `--dts-only` it is the types alone, which take most of the time and no test needs.
 * `npm run typecheck` has checked the sources, so they are not checked again.
 */
const isTypes = process.argv.includes("--dts-only");

export function library(entry: NonNullable<Options["entry"]> = ["src/index.ts"]): Options {
  return {
    entry,
    format: "esm",
    target: "node20",
    platform: "node",
    dts: isTypes && { only: true, compilerOptions: { noCheck: true } },
    clean: !isTypes,
    sourcemap: true,
  };
}
