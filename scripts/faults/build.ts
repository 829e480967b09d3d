import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type PluginBuild } from "esbuild";

/** Programs that plain Node runs in a fifth of a second. */
export interface Programs {
  /** The command line, whose sweeps have the worker of `worker.ts`. */
  readonly main: string;
  /** What `--import` takes. */
  readonly preload: string;
  readonly remove: () => void;
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Builds the command line, its worker with a trial that learns nothing, and the module that strikes. */
export async function buildPrograms(): Promise<Programs> {
  const cli = path("../../apps/cli");
  // Where the command line's dependencies are found.
  const folder = mkdtempSync(join(cli, "node_modules", ".faults-"));
  writeFileSync(join(folder, "package.json"), '{"type":"module","version":"0.0.0"}');
  for (const name of ["model", "data"])
    symlinkSync(path(`../../packages/starter/${name}`), join(folder, name), "junction");
  const outdir = join(folder, "dist");
  const devices = path("../../packages/graph/src/devices/check-device-process.ts");
  await build({
    entryPoints: [join(cli, "src/main.ts"), devices, path("preload.ts"), path("worker.ts")],
    outdir,
    plugins: [{ name: "undici", setup: undiciAsItIs }],
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@lorank/source"],
    external: ["onnxruntime-node", "onnxruntime-web", "@tensorflow/*", "bullmq", "ioredis"],
    entryNames: "[name]",
    // some dependencies are CommonJS, and require Node's own modules
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  return {
    main: join(outdir, "main.js"),
    preload: join(outdir, "preload.js"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** It is CommonJS, of which a dynamic import in a bundle has no names. */
function undiciAsItIs(build: PluginBuild): void {
  const resolved = createRequire(path("../../packages/checkpoint/package.json")).resolve("undici");
  build.onResolve({ filter: /^undici$/ }, () => ({ path: resolved, external: true }));
}
