/**
 * Writes `src/inlined.ts`: the page's script, and the hashes by which the page's security policy allows it and the style
 * sheet. A test fails when it is not what the sources give.
 *
 *     node --conditions=@lorank/source --import tsx scripts/build-inlined.ts
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { styleSheet } from "../src/style/index.ts";

export async function inlinedModule(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/page-script/main.ts", import.meta.url))],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    write: false,
  });
  const script = outputFiles[0]!.text.trim();
  return `// Written by scripts/build-inlined.ts.

/** \`src/page-script\`, bundled. */
export const pageScript =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: templates of the script, not of this module
  '${script.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}';

/** SHA-256 in base64, constants since browsers hash asynchronously and \`renderReport\` does not wait. */
export const scriptHash = "${sha256(script)}";
export const styleHash = "${sha256(styleSheet)}";
`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("../src/inlined.ts", import.meta.url), await inlinedModule());
