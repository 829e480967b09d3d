import type { Options } from "tsup";

/**
 * One ESM build with types for every package. `npm run typecheck` has checked the sources: to check them again here took two
 * thirds of a build.
 */
export function library(entry: NonNullable<Options["entry"]> = ["src/index.ts"]): Options {
  return {
    entry,
    format: "esm",
    target: "node20",
    platform: "node",
    dts: { compilerOptions: { noCheck: true } },
    clean: true,
    sourcemap: true,
  };
}
