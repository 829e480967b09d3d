import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError, isInputError } from "@lorank/core";
import { type LiveParts, renderLive } from "@lorank/report";
import type { View } from "./sweep-look.ts";

interface WatchOptions {
  /** Port to listen on; 0 picks a free port. */
  readonly port: number;
  readonly look: () => View;
  /** Cancels the rank's remaining trials. Throws InputError for an unknown rank. */
  readonly stopRank: (rank: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly onClose?: () => void;
  /** Timer for looks at the folder. (default: every 1.5 seconds) */
  readonly repeat?: Repeat;
}

export interface WatchServer {
  /** Address of the page, with the token that every request needs. */
  readonly address: string;
  /** Shows viewers the finished report, if any, for two seconds at most; then closes. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

const msBetweenLooks = 1_500;
const mostBodyBytes = 1_000;
const msForReports = 2_000;
/** Milliseconds for open connections to end on closing; browsers leave unused ones open. */
const msForConnections = 300;

const usualRepeat: Repeat = (callback) => {
  const timer = setInterval(callback, msBetweenLooks);
  return () => clearInterval(timer);
};

/**
 * Serves a sweep's page on 127.0.0.1 under a new token, checking host and origin.
 * @throws `E_PORT` for an unavailable port.
 */
export async function serveSweep(options: WatchOptions): Promise<WatchServer> {
  const { port: requested, look, stopRank, onError, onClose, repeat = usualRepeat } = options;
  const token = randomBytes(32).toString("base64url");
  const viewers = new Viewers(look, repeat, onError);
  let onReport = (): void => {};
  const server = createServer((request, response) => {
    response.on("error", () => {}); // a lost viewer needs no answer
    answer(request, response).catch((error: unknown) => {
      onError(error);
      refuse(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  await listening(server, requested);
  server.on("error", onError);
  const { port } = server.address() as AddressInfo;
  const hosts = ["127.0.0.1", "localhost"].flatMap((name) => [
    `${name}:${port}`,
    ...(port === 80 ? [name] : []),
  ]);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    setHeaders(response);
    if (!hosts.includes(headers.host ?? ""))
      return refuse(response, 403, `Host must be ${hosts.join(" or ")}.`);
    if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`))
      return refuse(response, 403, "Other sites may not ask.");
    const [path = "", query = ""] = (request.url ?? "").split("?", 2);
    if (!isEqual(new URLSearchParams(query).get("token") ?? "", token))
      return refuse(response, 403, "The token is not that of this page: use the address that was printed.");
    const allowed = new Map([
      ["/", "GET"],
      ["/events", "GET"],
      ["/stop", "POST"],
    ]).get(path);
    if (allowed === undefined) return refuse(response, 404, "There is no such page.");
    if (method !== allowed) {
      response.setHeader("Allow", allowed);
      return refuse(response, 405, `Method must be ${allowed}.`);
    }
    if (path === "/") return page(response);
    if (path === "/stop") return stop(request, response);
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    response.flushHeaders();
    viewers.add(response);
  }

  function page(response: ServerResponse): void {
    const view = look();
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    if (view.kind === "report") {
      response.end(view.html, onReport);
      return;
    }
    response.end(renderLive(view.state, { events: `/events?token=${token}`, stop: `/stop?token=${token}` }));
  }

  async function stop(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === undefined) return;
    const rank = Number(new URLSearchParams(body).get("rank") ?? Number.NaN);
    if (!Number.isSafeInteger(rank)) return refuse(response, 400, "rank must be an integer.");
    try {
      await stopRank(rank);
    } catch (error) {
      if (!isInputError(error)) throw error;
      return refuse(response, 400, error.message);
    }
    viewers.look();
    response.writeHead(303, { Location: `/?token=${token}` }).end();
  }

  async function close(): Promise<void> {
    viewers.end();
    onClose?.();
    const closed = new Promise((resolve) => server.close(resolve));
    const timer = setTimeout(() => server.closeAllConnections(), msForConnections);
    await closed;
    clearTimeout(timer);
  }

  return {
    address: `http://127.0.0.1:${port}/?token=${token}`,
    close,
    async finish() {
      let left = viewers.count;
      if (left > 0)
        await new Promise<void>((resolve) => {
          onReport = () => {
            if (--left > 0) return;
            clearTimeout(timer);
            resolve();
          };
          viewers.look();
          // The next look renders the report; long loss curves may take it seconds.
          const timer = setTimeout(resolve, msForReports);
        });
      await close();
    },
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new InputError("E_PORT", `--port must be free on this machine, got ${port}: ${cause.message}`, {
          cause,
        }),
      ),
    );
    server.listen(port, "127.0.0.1", () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function setHeaders(response: ServerResponse): void {
  const headers = {
    "Cache-Control": "no-store",
    Connection: "close",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    // Under `no-referrer` a browser hides a form's origin.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function refuse(response: ServerResponse, code: number, why: string): void {
  if (response.headersSent) return void response.end();
  response.writeHead(code, { "Content-Type": "text/plain; charset=utf-8" }).end(`${why}\n`);
}

/** Compares a received token in constant time. */
function isEqual(received: string, token: string): boolean {
  const [a, b] = [received, token].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a!, b!);
}

/** Request body; empty if too long, undefined if the connection breaks off and no answer is awaited. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBodyBytes) return "";
      chunks.push(chunk);
    }
  } catch (error) {
    if (request.complete) throw error;
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

export type Repeat = (callback: () => void) => () => void;

/** Unread bytes at which a viewer is disconnected; browsers reconnect. */
const mostUnreadBytes = 4_000_000;

interface Viewer {
  readonly response: ServerResponse;
  shown: LiveParts;
}

/** Viewers of a sweep, all served by the same look. Without viewers no look is taken. */
class Viewers {
  readonly #look: () => View;
  readonly #repeat: Repeat;
  readonly #onError: (error: unknown) => void;
  readonly #viewers = new Set<Viewer>();
  #stop: (() => void) | undefined;

  constructor(look: () => View, repeat: Repeat, onError: (error: unknown) => void) {
    this.#look = look;
    this.#repeat = repeat;
    this.#onError = onError;
  }

  get count(): number {
    return this.#viewers.size;
  }

  /** Sends the current view, then changes, until the connection ends. */
  add(response: ServerResponse): void {
    const viewer: Viewer = { response, shown: {} };
    this.#viewers.add(viewer);
    response.on("close", () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    });
    this.#stop ??= this.#repeat(() => this.look());
    this.look([viewer]);
  }

  /** Sends changes. Errors must not end the sweep in this process. */
  look(viewers: Iterable<Viewer> = this.#viewers): void {
    try {
      const view = this.#look();
      for (const viewer of viewers) send(viewer, view);
    } catch (error) {
      this.#onError(error);
    }
  }

  end(): void {
    for (const { response } of this.#viewers) response.end();
  }
}

function send(viewer: Viewer, view: View): void {
  const { response, shown } = viewer;
  // A page without trials has not the style sheet that the names of arms need.
  const isPlanned = shown.trials === "" && view.kind === "live" && view.parts.trials !== "";
  if (view.kind === "report" || isPlanned) return void response.write("event: reload\ndata: done\n\n");
  const fresh = Object.entries(view.parts).filter(([id, html]) => shown[id] !== html);
  if (fresh.length === 0) return;
  if (response.writableLength > mostUnreadBytes) return void response.destroy();
  viewer.shown = view.parts;
  response.write(`event: parts\ndata: ${JSON.stringify(Object.fromEntries(fresh))}\n\n`);
}
