import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { liveStyleSheet } from "@lorank/report";
import { type BuildOptions, build } from "esbuild";
import { CHECKED_FOLDER } from "./worker/asset.ts";

/** Hub addresses: a model is loaded from there if a hub id is typed; nothing is sent. */
const HUB = "https://huggingface.co https://*.huggingface.co https://*.hf.co";

/** Content security policy: this page's scripts, styles and data only. It binds a worker from a `blob:` as well. */
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

/** WebGPU's WebAssembly file, loaded only if chosen. */
const LARGE = /asyncify\.wasm$/;

/** Writes the page as static files into `out`. Works below any address, on any static server. */
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

/** Service worker, written last: it names all other files and their content, so another build is another cache. */
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
    define: {
      FILES: JSON.stringify(files),
      BUILD: JSON.stringify(hash.digest("hex").slice(0, 16)),
      POLICY: JSON.stringify(POLICY),
    },
  });
}

/**
 * Bundles scripts.
 *
 * @returns the files that went into the bundle.
 */
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

/** Licence texts for bundled packages, whose licences require them. */
export function licencesOf(inputs: readonly string[]): string {
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

/** Form styles, beyond the report's. */
const style = `
.hero { padding-block: 1.5rem 0; }
.hero h1 { max-width: 24ch; }
main > section + form, main > section + section.now, .failure + form { border: 0; margin-top: 1rem; }
main > section.now { border-top: 0; padding-top: .5rem; margin-top: 0; }
body > #app { max-width: none; padding: 0; }
#app > * { max-width: 69rem; margin-inline: auto; padding-inline: 2rem; }
#app > header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding-block: 1.25rem 1rem; color: var(--soft); font-size: .875rem; }
#app > header p { margin: 0; }
#app > header .brand { color: var(--ink); font-weight: 650; letter-spacing: -.01em; }
#app > header .brand a { text-decoration: none; }
#app > header nav { margin-left: auto; }
#app > footer { padding-block: 1.5rem 3rem; margin-top: 3rem; color: var(--soft); font-size: .8125rem; }
main > div > section { padding-block: 2.5rem 0; }
main > div > section + section { border-top: 1px solid var(--rule); margin-top: 2.5rem; }
main > div > .verdict { padding-top: 1.5rem; }
main > div > #downloads, main > div > #ask { margin-top: 2rem; padding-top: 1.5rem; }
main > div > #ask form { border: 0; margin: .75rem 0 0; }
.answers div { padding-block: .5rem; }
.answers dt { color: var(--soft); font-size: .8125rem; }
.answers dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.answers small { color: var(--soft); }
form { max-width: 52rem; }
fieldset { border: 0; border-top: 1px solid var(--rule); margin: 1.5rem 0 0; padding: 1rem 0 0; min-width: 0; }
legend { float: left; width: 100%; font-size: 1.125rem; font-weight: 650; letter-spacing: -.01em; padding: 0; margin-bottom: .75rem; }
legend + * { clear: both; }
.choices { display: grid; gap: .5rem; }
.choice { display: grid; grid-template-columns: 1.5rem 1fr; align-items: baseline; cursor: pointer; }
.choice small, .field small { color: var(--soft); font-size: .8125rem; }
.choice small { display: block; }
input[type=radio], input[type=checkbox], progress { accent-color: var(--accent); }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem 1.5rem; margin-top: .5rem; }
.field { display: grid; gap: .25rem; align-content: start; font-size: .875rem; font-weight: 550; }
.field small { font-weight: 400; }
.field.wide { margin-top: .75rem; max-width: 24rem; }
input[type=text], textarea, select { font: inherit; font-size: 1rem; font-weight: 400; color: var(--ink); background: var(--paper); border: 1px solid var(--mark); border-radius: 4px; padding: .375rem .5rem; width: 100%; min-width: 0; }
input[aria-invalid=true] { border-color: var(--warn); outline: 1px solid var(--warn); }
.drop { margin-top: .75rem; padding: 1rem; border: 1px dashed var(--mark); border-radius: 6px; color: var(--soft); font-size: .875rem; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.drop.over { border-color: var(--accent); background: var(--tint); }
.drop strong { color: var(--ink); }
.pick { position: relative; color: var(--ink); border: 1px solid var(--rule); border-radius: 4px; padding: .375rem .625rem; cursor: pointer; overflow: hidden; }
.pick input { position: absolute; inset: 0; opacity: 0; cursor: pointer; font-size: 0; }
.pick:focus-within { outline: 2px solid var(--accent); outline-offset: 3px; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin-top: 1.25rem; }
.actions button { font-size: .9375rem; padding: .5625rem .875rem; color: var(--ink); border-color: var(--mark); }
.actions button.main { background: var(--accent); border-color: var(--accent); color: var(--paper); font-weight: 600; }
.actions button.main:hover { color: var(--paper); filter: brightness(1.08); }
.actions button[aria-disabled=true] { opacity: .6; cursor: default; }
.check { display: flex; gap: .5rem; align-items: baseline; font-size: .875rem; color: var(--soft); }
.failure { margin-top: 1.25rem; padding: .75rem 1rem; border-left: 3px solid var(--warn); background: var(--warn-tint); max-width: 48rem; white-space: pre-wrap; }
.failure p:first-child { margin-top: 0; }
.notice { padding: .75rem 1rem; border-left: 3px solid var(--accent); background: var(--tint); max-width: 44rem; }
.now:focus { outline: none; }
.gradients { max-width: 52rem; }
.notes { margin-top: 2rem; }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  #app > * { padding-inline: 1.125rem; }
  #app > header nav { margin-left: 0; width: 100%; }
  .fields { grid-template-columns: 1fr 1fr; }
}
`;
