import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const docs = fileURLToPath(new URL("../..", import.meta.url));
export const dist = join(docs, ".vitepress/cache/test-site");
/** As GitHub Pages serves a project's site: not at the root of its host. */
export const base = "/lorank/";

/** Builds the site as `npm run docs:build` does. */
export function buildSite(): void {
  execFileSync("npm", ["run", "-s", "site", "--", "--outDir", dist], {
    cwd: docs,
    env: { ...process.env, LORANK_DOCS_URL: `https://example.org${base}`, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Files of the built site with forward slashes. */
export function builtFiles(extension: string): string[] {
  return readdirSync(dist, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file.endsWith(extension));
}

export function builtText(file: string): string {
  return readFileSync(join(dist, file), "utf8");
}

/** The file of the built site at an address below {@link base}, as a plain web server finds it. */
export function fileAt(path: string): string | undefined {
  const file = join(dist, decodeURI(path).slice(base.length));
  const found = existsSync(file) && statSync(file).isDirectory() ? join(file, "index.html") : file;
  return path.startsWith(base) && existsSync(found) ? found : undefined;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Serves the built site; nothing but its files, and 404 for everything else. */
export async function serveSite(): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer(({ url = "/" }, response) => {
    const file = fileAt(url.replace(/[?#].*$/, ""));
    if (file === undefined) response.writeHead(404).end();
    else response.setHeader("content-type", types[extname(file)] ?? "text/plain").end(readFileSync(file));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}` };
}
