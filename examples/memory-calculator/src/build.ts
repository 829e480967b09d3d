import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { page } from "./page.ts";

/** The whole calculator: one page that needs nothing else. */
export async function buildPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("main.ts", import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    globalName: "memoryCalculator",
    platform: "browser",
    target: "es2022",
    conditions: ["@lorank/source"],
    legalComments: "none",
  });
  return page(outputFiles[0]!.text, inlineHash);
}

function inlineHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
