/**
 * Service worker: caches this build's files for visits without a network, and adds the headers for threads, which
 * most static hosts do not send.
 */

import { isolationHeaders } from "./isolation.ts";

/** Set by the build: all files below this folder, and a hash that changes with them. */
declare const FILES: readonly string[];
declare const BUILD: string;
/** Set by the build: the page's content security policy, for the threads too. */
declare const POLICY: string;

const HEADERS = {
  ...isolationHeaders,
  "content-security-policy": POLICY,
} as const;

const PREFIX = "lorank-playground-";
const CACHE = PREFIX + BUILD;

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
const worker = self as unknown as EventTarget & {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly registration: { readonly scope: string };
};

worker.addEventListener("install", (event) => (event as ExtendableEvent).waitUntil(install()));
worker.addEventListener("activate", (event) => (event as ExtendableEvent).waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent;
  const isOurs = request.method === "GET" && request.url.startsWith(worker.registration.scope);
  if (isOurs) (event as FetchEvent).respondWith(answer(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const { scope } = worker.registration;
  const url = request.url.replace(/[?#].*$/, "");
  const known = await cache.match(url === scope ? `${scope}index.html` : url);
  if (known !== undefined) return withHeaders(known);
  const response = await fetch(request);
  if (response.type === "opaqueredirect") return response; // the browser follows it, and it has no headers
  // WebGPU's WebAssembly is cached on use.
  if (response.ok && url.endsWith(".wasm")) await cache.put(url, response.clone());
  return withHeaders(response);
}

function withHeaders({ body, status, statusText, headers: own }: Response): Response {
  const headers = new Headers(own);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}
