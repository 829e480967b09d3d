/** Bundles a module for a browser as its users do, for tests that it can be and that it runs without Node. */
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export interface BrowserBundle {
  readonly code: string;
  /** Minified. */
  readonly bytes: number;
  readonly gzipBytes: number;
}

/**
 * Bundles `source`, TypeScript in the package at `root`, with all that it imports, read from the sources of this
 * workspace. A module of Node's is an error, for nothing is left out of the bundle.
 */
export async function browserBundle(source: string, root: URL): Promise<BrowserBundle> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(root), loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    platform: "browser",
    format: "iife",
    globalName: "bundle",
    target: "es2022",
    conditions: ["@lorank/source"],
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("a bundle must be one file, got none");
  return {
    code: file.text,
    bytes: file.contents.length,
    gzipBytes: gzipSync(file.contents, { level: 9 }).length,
  };
}

/** The whole of a package, to be measured. */
export function wholeBundle(name: string, root: URL): Promise<BrowserBundle> {
  return browserBundle(`export * from "${name}";`, root);
}

/** What a bundle uses that Node has and a browser has not. */
export function usesOfNode({ code }: BrowserBundle): string[] {
  return [...code.matchAll(/["'`]node:\w+|\brequire\(|\bprocess\.\w+|\bBuffer\b/g)].map(([use]) => use);
}

/** Runs a bundle whose source has an async `main` where there is nothing of Node, and gives what `main` returns, as JSON. */
export async function runInBrowser({ code }: BrowserBundle): Promise<unknown> {
  // What a browser's page has and the language has not; nothing else of this process can be reached.
  const context = createContext({ TextDecoder, TextEncoder, atob });
  return JSON.parse(await runInContext(`${code}; bundle.main().then(JSON.stringify)`, context));
}
