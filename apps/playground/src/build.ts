import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { liveStyleSheet } from "@lorank/report";
import { type BuildOptions, build } from "esbuild";
import { CHECKED_FOLDER } from "./checked-fixture.ts";
import { style } from "./style.ts";

/** The hub is asked for a model where its id is given, and for nothing else; nobody is sent anything. */
const HUB = "https://huggingface.co https://*.huggingface.co https://*.hf.co";

/** Scripts, styles and data of this page alone. The worker is made from a `blob:`, so that this binds it as well. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  `connect-src 'self' ${HUB}`,
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const indexHtml = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="Compare LoRA ranks on your own data in a browser tab. Nothing leaves it.">
    <title id="title">Playground: which LoRA rank does your data need?</title>
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="style.css">
  </head>
  <body>
    <div id="app"></div>
    <noscript><p>This page trains models in your browser, for which it needs JavaScript.</p></noscript>
    <script type="module" src="page.js"></script>
  </body>
</html>
`;

const require = createRequire(import.meta.url);
const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const starter = dirname(require.resolve("@lorank/starter/package.json"));
const onnxruntime = dirname(require.resolve("onnxruntime-web"));
const fixture = source("../../../packages/train/test/fixtures/llama-tiny/classifier");

/** WebGPU's own WebAssembly, which only those load who choose it. */
const LARGE = /asyncify\.wasm$/;

/** Writes the whole page as static files into `out`. It works below any address, and without a server of its own. */
export async function buildPlayground(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const inputs = await bundle({
    entryPoints: { page: source("./page/main.tsx"), worker: source("./worker/main.ts") },
    outdir: out,
    splitting: true,
    chunkNames: "chunk-[hash]",
  });
  writeFileSync(join(out, "style.css"), `${liveStyleSheet}\n${style}`);
  writeFileSync(join(out, "index.html"), indexHtml);
  cpSync(source("../../../docs/public/icon.svg"), join(out, "icon.svg"));
  for (const file of ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.asyncify.wasm"])
    cpSync(join(onnxruntime, file), join(out, file));
  for (const file of ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"])
    cpSync(join(starter, "model", file), join(out, "starter", file));
  cpSync(join(starter, "data/spam-assassin.jsonl.gz"), join(out, "spam-assassin.jsonl.gz"));
  cpSync(join(starter, "NOTICE"), join(out, "mails-licences.txt"));
  writeFileSync(join(out, "licences.txt"), licencesOf(inputs));
  cpSync(fixture, join(out, CHECKED_FOLDER), { recursive: true });
  await writeServiceWorker(out);
}

/** Last, for it names all other files and what is in them: another build is another cache. */
async function writeServiceWorker(out: string): Promise<void> {
  const files = readdirSync(out, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => statSync(join(out, file)).isFile() && !LARGE.test(file))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(out, file)));
  await bundle({
    entryPoints: { "service-worker": source("./service-worker.ts") },
    outdir: out,
    format: "iife",
    define: { FILES: JSON.stringify(files), BUILD: JSON.stringify(hash.digest("hex").slice(0, 16)) },
  });
}

/** @returns the files that went into it. */
async function bundle(options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    conditions: ["@lorank/source"],
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    ...options,
  });
  return Object.keys(metafile?.inputs ?? {});
}

/** The licences of the packages that the scripts hold parts of, which ask for it. */
function licencesOf(inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(file)) ?? []),
  );
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .sort()
    .join(`\n${"-".repeat(80)}\n\n`);
}
