import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/**
 * Builds the sweep program, the trial program and the fake trial into plain JavaScript side by side, as tsup lays out
 * the package. A process that had to load a TypeScript loader first would take four times the CPU to start, and the
 * kills start a hundred; and so both ways to find the trial program, from sources and from a build, are tested.
 */
export function buildPrograms(outdir: string): {
  readonly sweepProgram: string;
  readonly trialModule: string;
} {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const programs = ["trial-process", "measure-process"].map((name) => path(`../../src/${name}.ts`));
  buildSync({
    entryPoints: [path("./sweep-program.ts"), ...programs, path("./fake-trial.ts")],
    outdir,
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@lorank/source"],
    external: ["@lorank/train"], // the fake trial stands in for it
    logLevel: "error",
  });
  return { sweepProgram: `${outdir}/sweep-program.js`, trialModule: `${outdir}/fake-trial.js` };
}
