/**
 * Writes `src/inlined.ts`: the scripts of the pages, and the hashes by which their security policies allow them and the style
 * sheets. A test fails when it is not what the sources give.
 *
 *     node --conditions=@lorank/source --import tsx scripts/build-inlined.ts
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { armLiveStyleSheet, armStyleSheet, liveStyleSheet, styleSheet } from "../src/style-sheet.ts";

export async function inlinedModule(): Promise<string> {
  const page = await bundled(new URL("../src/page-script/main.ts", import.meta.url));
  const live = await bundled(new URL("../src/live-script/main.ts", import.meta.url));
  return `// Written by scripts/build-inlined.ts.

/** \`src/page-script\`, bundled. */
export const pageScript =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: templates of the script, not of this module
  ${literal(page)};

/** \`src/live-script\`, bundled. */
export const liveScript =
  ${literal(live)};

/** SHA-256 in base64, constants since browsers hash asynchronously and \`renderReport\` does not wait. */
export const scriptHash = "${sha256(page)}";
export const styleHash = "${sha256(styleSheet)}";
export const armStyleHash = "${sha256(armStyleSheet)}";
export const liveScriptHash = "${sha256(live)}";
export const liveStyleHash = "${sha256(liveStyleSheet)}";
export const armLiveStyleHash = "${sha256(armLiveStyleSheet)}";
`;
}

async function bundled(script: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(script)],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]!.text.trim();
}

function literal(script: string): string {
  return `'${script.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("../src/inlined.ts", import.meta.url), await inlinedModule());
