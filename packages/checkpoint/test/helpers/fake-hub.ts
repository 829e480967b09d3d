import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface SeenRequest {
  /** `hub` answers for the endpoint, `storage` is the other origin that large files are redirected to. */
  readonly server: "hub" | "storage";
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** Answers instead of the hub, or returns false to let it answer. */
export type Intercept = (request: SeenRequest, response: ServerResponse) => boolean;

export interface FakeHub {
  readonly endpoint: string;
  readonly storage: string;
  readonly requests: SeenRequest[];
  /** Paths that a server was asked for, without the query. */
  paths(server?: SeenRequest["server"]): string[];
  intercept: Intercept;
  /** Publishes a commit of a model as the branch main. Returns the commit. */
  publish(repo: string, files: Readonly<Record<string, string | Uint8Array>>): string;
}

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What `git hash-object` prints. */
export const gitSha1 = (bytes: Uint8Array) =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

const isLarge = (name: string) => /\.(safetensors|gguf|bin)$/.test(name);

/** A hub and its storage on two local ports, with the endpoints that are used and their headers; `atEnd` is given what closes them. */
export async function startFakeHub(atEnd: (close: () => void) => void = onTestFinished): Promise<FakeHub> {
  const models = new Map<string, Map<string, Map<string, Buffer>>>(); // repo -> commit -> file -> content
  const branches = new Map<string, string>(); // repo@revision -> commit
  const blobs = new Map<string, Buffer>();
  const hub = createServer((request, response) => handle("hub", request, response));
  const storage = createServer((request, response) => handle("storage", request, response));
  const state: FakeHub = {
    endpoint: await listen(hub, atEnd),
    storage: await listen(storage, atEnd),
    requests: [],
    paths: (server) =>
      state.requests.filter((seen) => server === undefined || seen.server === server).map(({ path }) => path),
    intercept: () => false,
    publish: (repo, files) => {
      const contents = new Map(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)]));
      const commit = createHash("sha1").update(repo).update(JSON.stringify(files)).digest("hex");
      models.set(repo, (models.get(repo) ?? new Map()).set(commit, contents));
      branches.set(`${repo}@main`, commit).set(`${repo}@${commit}`, commit);
      for (const bytes of contents.values()) blobs.set(sha256(bytes), bytes);
      return commit;
    },
  };

  function handle(server: SeenRequest["server"], request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url = "", headers } = request;
    const path = decodeURIComponent(url.split("?")[0]!);
    const seen = { server, method, path, headers };
    state.requests.push(seen);
    if (state.intercept(seen, response)) return;
    if (server === "storage") {
      sendFile(request, response, blobs.get(path.slice(1))!);
      return;
    }
    const info = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/(.+)$/.exec(path);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    if (info) sendInfo(response, info[1]!, info[2]!);
    else if (file) sendResolve(request, response, file[1]!, file[2]!, file[3]!);
    else refuse(response, 404);
  }

  function sendInfo(response: ServerResponse, repo: string, revision: string): void {
    const commit = branches.get(`${repo}@${revision}`);
    const files = commit === undefined ? undefined : models.get(repo)?.get(commit);
    if (files === undefined) {
      refuse(response, 404, models.has(repo) ? "RevisionNotFound" : "RepoNotFound");
      return;
    }
    const siblings = [...files].map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: gitSha1(isLarge(rfilename) ? Buffer.from(`pointer of ${sha256(bytes)}`) : bytes),
      ...(isLarge(rfilename) ? { lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {}),
    }));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id: repo, modelId: repo, sha: commit, siblings }));
  }

  function sendResolve(
    request: IncomingMessage,
    response: ServerResponse,
    repo: string,
    revision: string,
    name: string,
  ): void {
    const commit = branches.get(`${repo}@${revision}`) ?? "";
    const bytes = models.get(repo)?.get(commit)?.get(name);
    if (bytes === undefined) {
      refuse(response, 404, "EntryNotFound");
      return;
    }
    response.setHeader("x-repo-commit", commit);
    if (isLarge(name)) {
      response.setHeader("x-linked-etag", `"${sha256(bytes)}"`);
      response.setHeader("x-linked-size", bytes.length);
      response.writeHead(302, { location: `${state.storage}/${sha256(bytes)}?Signature=secret` }).end();
      return;
    }
    response.setHeader("etag", `"${gitSha1(bytes)}"`);
    sendFile(request, response, bytes);
  }

  return state;
}

export function refuse(response: ServerResponse, status: number, errorCode?: string): void {
  response.writeHead(status, errorCode === undefined ? {} : { "x-error-code": errorCode }).end("{}");
}

/** Sends a file, or the rest of it where the request has a range. */
export function sendFile(
  request: Pick<IncomingMessage, "headers">,
  response: ServerResponse,
  bytes: Buffer,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0) {
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  }
  response.setHeader("content-length", bytes.length - from);
  response.end(bytes.subarray(from));
}

function listen(server: Server, atEnd: (close: () => void) => void): Promise<string> {
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}
