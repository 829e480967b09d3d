import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../../sweep/test/helpers/build.ts";

/**
 * Builds the worker program and the program of its children into plain JavaScript side by side, in a folder
 * that is there: a process that had to load a TypeScript loader first would take four times the CPU to start.
 */
export async function buildPrograms(folder: string): Promise<{ readonly workerProgram: string }> {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(join(folder, "package.json"), '{"type":"module","version":"0.0.0"}');
  symlinkSync(path("../../node_modules"), join(folder, "node_modules"));
  const outdir = join(folder, "dist");
  const programs = [path("./worker-program.ts"), path("../../../sweep/test/helpers/worker.ts")];
  await bundle(programs, outdir, ["bullmq", "ioredis"]);
  return { workerProgram: `${outdir}/worker-program.js` };
}
