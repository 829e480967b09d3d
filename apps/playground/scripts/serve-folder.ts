import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".gz": "application/gzip",
};

export interface Served {
  readonly server: Server;
  readonly address: string;
  /** Requested paths, in order. */
  readonly requests: string[];
}

export interface ServeOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Headers of every file besides its type. Default: none, as most static hosts. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves a folder on this machine alone. */
export async function serveFolder(
  folder: string,
  { port = 0, headers = {} }: ServeOptions = {},
): Promise<Served> {
  const requests: string[] = [];
  const server = createServer(({ url = "/", method }, response) => {
    const path = decodeURIComponent(url.replace(/[?#].*$/, ""));
    requests.push(method === "GET" ? path : `${method} ${path}`);
    const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}
