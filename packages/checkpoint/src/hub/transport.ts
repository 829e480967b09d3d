import type { Readable } from "node:stream";
import { type HubRequest, hubError, refusalError, TransientError } from "./errors.ts";
import type { HubSettings } from "./settings.ts";

interface Reply {
  readonly status: number;
  header(name: string): string | undefined;
  /** Response body; connection errors are {@link TransientError}s. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

export interface Transport {
  /**
   * GETs `url`, following redirects. The token goes to the endpoint's own origin only: redirects lead to other hosts,
   * whose signed addresses need none.
   *
   * @throws TransientError or InputError E_HUB unless the status is among `accepted`.
   */
  get(
    url: string,
    request: HubRequest,
    accepted: readonly number[],
    headers?: Record<string, string>,
  ): Promise<Reply>;
  close(): Promise<void>;
}

const MOST_REDIRECTS = 10;
const SECONDS = 1000;

/** Opens HTTP connections through proxies, which Node's fetch knows only from Node 24 on. Loaded late: takes 0.1 s. */
export async function openTransport(
  { endpoint, token, proxies }: HubSettings,
  signal: AbortSignal | undefined,
): Promise<Transport> {
  const { EnvHttpProxyAgent, request: send } = await import("undici");
  const dispatcher = proxyAgent(() => {
    return new EnvHttpProxyAgent({
      httpProxy: proxies.http,
      httpsProxy: proxies.https,
      noProxy: proxies.except,
      connect: { timeout: 15 * SECONDS },
      headersTimeout: 30 * SECONDS,
      bodyTimeout: 30 * SECONDS,
    });
  });
  const home = new URL(endpoint).origin;

  const once = async (url: URL, id: string, headers: Record<string, string>): Promise<Reply> => {
    const words = (error: unknown) => (signal?.aborted ? signal.reason : connectionError(error, url, id));
    const authorization =
      token !== undefined && url.origin === home ? { authorization: `Bearer ${token.secret}` } : {};
    try {
      const reply = await send(url, {
        dispatcher,
        headers: { "user-agent": "lorank", "accept-encoding": "identity", ...headers, ...authorization },
        ...(signal === undefined ? {} : { signal }),
      });
      return {
        status: reply.statusCode,
        header: (name) => [reply.headers[name]].flat()[0],
        body: notTooSlow(withWords(reply.body, words), url.host),
        discard: () => reply.body.on("error", () => {}).destroy(),
      };
    } catch (error) {
      throw words(error);
    }
  };

  return {
    get: async (address, request, accepted, headers = {}) => {
      let url = new URL(address);
      for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
        const reply = await once(url, request.id, headers);
        if (accepted.includes(reply.status)) return reply;
        reply.discard();
        const location = reply.header("location");
        if (![301, 302, 303, 307, 308].includes(reply.status) || location === undefined) {
          throw refusalError(
            {
              status: reply.status,
              errorCode: reply.header("x-error-code"),
              retryAfter: reply.header("retry-after"),
            },
            { ...request, tokenSource: url.origin === home ? token?.source : undefined },
          );
        }
        url = redirected(location, url, request.id);
      }
      throw hubError(request.id, `the hub must answer within ${MOST_REDIRECTS} redirects, got one more`);
    },
    // Connections are destroyed, not closed: bodies may be unread
    close: () => dispatcher.destroy(),
  };
}

function proxyAgent<T>(make: () => T): T {
  try {
    return make();
  } catch {
    // Proxy addresses may hold a password, so the message shows none.
    throw hubError("HTTP_PROXY and HTTPS_PROXY", "must be addresses such as http://proxy:3128");
  }
}

function redirected(location: string, from: URL, id: string): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && from.protocol === "http:");
  if (url !== undefined && isSafe) return url;
  throw hubError(
    id,
    `${from.host} must redirect to a web address as safe as its own, got ${url?.protocol ?? "none"}`,
  );
}

async function* withWords(body: Readable, words: (error: unknown) => unknown): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw words(error);
  }
}

/** Connection error, naming the host only: the query in a storage address is as good as a key. */
function connectionError(error: unknown, { host }: URL, id: string): Error {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const problem = `${host} cannot be reached: ${message || code}`;
  if (!/CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY)/.test(code))
    return new TransientError(problem, { cause: error });
  // Retries do not cure unknown certificates: companies open TLS with their own.
  return hubError(
    id,
    problem,
    "Name the certificate of your proxy's authority in NODE_EXTRA_CA_CERTS.",
    error,
  );
}

/** Least bytes per minute from a response body, and per attempt for it to count as progress. */
export const LEAST_BYTES = 2 ** 14;
const WINDOW_SECONDS = 60;

/**
 * Ends a body that brings too little, such as a byte each second.
 *
 * @param now milliseconds
 * @throws TransientError
 */
export async function* notTooSlow(
  body: AsyncIterable<Uint8Array>,
  host: string,
  now: () => number = () => performance.now(),
): AsyncGenerator<Uint8Array> {
  let start = now();
  let bytes = 0;
  for await (const chunk of body) {
    yield chunk;
    bytes += chunk.length;
    const seconds = (now() - start) / 1000;
    if (seconds < WINDOW_SECONDS) continue;
    if (bytes < LEAST_BYTES * (seconds / WINDOW_SECONDS))
      throw new TransientError(`${host} sent ${bytes} bytes in ${Math.round(seconds)} s`);
    start = now();
    bytes = 0;
  }
}
