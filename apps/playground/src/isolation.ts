/** Headers that isolate a page from other origins, without which browsers give its WebAssembly one thread. */
export const isolationHeaders = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
} as const;
