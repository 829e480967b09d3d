/** A Python package index on this machine, which takes uploads as PyPI does and lists what it has by the simple API. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";

export interface PythonIndex {
  /** Where twine uploads to. */
  readonly upload: string;
  /** What pip and uv install from. */
  readonly simple: string;
  readonly close: () => Promise<void>;
}

/** Starts an empty index on a free port of 127.0.0.1. It keeps files in memory, and refuses a name that it has. */
export async function startPythonIndex(): Promise<PythonIndex> {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    answer(request, files).then(
      ([status, type, body]) => response.writeHead(status, { "content-type": type }).end(body),
      (error: Error) => response.writeHead(400, { "content-type": "text/plain" }).end(error.message),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    upload: `${url}/legacy/`,
    simple: `${url}/simple/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Answers as a package index does. Sources: the legacy upload API in Warehouse's documentation, and PEP 503. */
async function answer(
  request: IncomingMessage,
  files: Map<string, Buffer>,
): Promise<[status: number, type: string, body: string | Buffer]> {
  const { method, url = "" } = request;
  if (method === "POST" && url === "/legacy/") {
    await take(request, files);
    return [200, "text/plain", ""];
  }
  if (url === "/simple/lorank/") {
    const links = [...files].map(
      ([name, bytes]) => `<a href="/files/${name}#sha256=${sha256(bytes)}">${name}</a>`,
    );
    return [200, "text/html", `<!DOCTYPE html><html><body>${links.join("\n")}</body></html>`];
  }
  const file = files.get(url.replace("/files/", ""));
  return file === undefined ? [404, "text/plain", ""] : [200, "application/octet-stream", file];
}

/** Keeps an uploaded file. Throws where its digest is wrong or its name is taken. */
async function take(request: IncomingMessage, files: Map<string, Buffer>): Promise<void> {
  const type = request.headers["content-type"] ?? "";
  const body = Readable.toWeb(request) as ReadableStream;
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  const content = form.get("content");
  if (!(content instanceof File)) throw new Error("content must be a file, got none");
  const bytes = Buffer.from(await content.arrayBuffer());
  const digest = form.get("sha256_digest");
  if (digest !== sha256(bytes)) throw new Error(`sha256_digest must be ${sha256(bytes)}, got ${digest}`);
  if (files.has(content.name)) throw new Error("File already exists");
  files.set(content.name, bytes);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
