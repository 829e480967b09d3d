import { afterEach, beforeEach, expect, test, vi } from "vitest";

const scope = "https://example.org/playground/";
let answerTo: (url: string) => Promise<Response>;
let network: Response;

beforeEach(async () => {
  const listeners = new Map<string, (event: unknown) => void>();
  vi.stubGlobal("self", {
    registration: { scope },
    addEventListener: (kind: string, listen: (event: unknown) => void) => listeners.set(kind, listen),
  });
  for (const [name, value] of Object.entries({ FILES: [], BUILD: "build", POLICY: "default-src 'none'" }))
    vi.stubGlobal(name, value);
  vi.stubGlobal("caches", { open: async () => ({ match: async () => undefined }) });
  vi.stubGlobal("fetch", async () => network);
  vi.resetModules();
  await import("../src/service-worker.ts");
  answerTo = (url) =>
    new Promise((resolve) => {
      const request = new Request(url);
      listeners.get("fetch")!({ request, respondWith: resolve });
    });
});
afterEach(() => void vi.unstubAllGlobals());

test("a redirect is the browser's to follow", async () => {
  network = Object.defineProperties(new Response(), {
    type: { value: "opaqueredirect" },
    status: { value: 0 },
  });
  expect(await answerTo(`${scope}old`)).toBe(network);
});

test("other answers of the network get the headers for threads", async () => {
  network = new Response("found");
  const answer = await answerTo(`${scope}file.js`);
  expect(await answer.text()).toBe("found");
  expect(answer.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
});
