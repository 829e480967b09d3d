/** A preload of processes that run trials: the worker comes from the build, which takes a third of the time to start. */
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

const source = new URL("../../../packages/sweep/src/worker/worker.ts", import.meta.url).href;
const build = new URL("../../../packages/sweep/dist/worker.js", import.meta.url).href;

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  return resolved.url === source ? { ...resolved, url: build, format: "module" } : resolved;
}

if (isMainThread) register(import.meta.url);
