import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/**
 * Builds the sweep programs, the worker and the fake trials into plain JavaScript side by side, as tsup lays out
 * the package, in a folder that is there. A process that had to load a TypeScript loader first would take four times the CPU to start, and the
 * kills start a hundred; and so both ways to find the worker, from sources and from a build, are tested.
 */
export function buildPrograms(folder: string): {
  readonly sweepProgram: string;
  readonly earlySweepProgram: string;
  readonly trialModule: string;
  readonly curvedTrialModule: string;
} {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(join(folder, "package.json"), '{"type":"module","version":"0.0.0"}');
  const outdir = join(folder, "dist");
  const helpers = ["sweep-program", "early-sweep-program", "fake-trial", "curved-trial"];
  bundle([...helpers.map((name) => path(`./${name}.ts`)), path("../../src/worker/worker.ts")], outdir);
  return {
    sweepProgram: `${outdir}/sweep-program.js`,
    earlySweepProgram: `${outdir}/early-sweep-program.js`,
    trialModule: `${outdir}/fake-trial.js`,
    curvedTrialModule: `${outdir}/curved-trial.js`,
  };
}

/** Builds programs side by side into plain JavaScript. The runtimes stay outside: the fake trials do without. */
export function bundle(
  entryPoints: string[] | Record<string, string>,
  outdir: string,
  external: readonly string[] = [],
): void {
  buildSync({
    entryPoints,
    outdir,
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@lorank/source"],
    external: ["onnxruntime-node", "@lorank/onnxruntime", "@tensorflow/*", ...external],
    logLevel: "error",
  });
}
