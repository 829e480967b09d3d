// A module to import first: it writes the address of each source file that the process loads to the file LORANK_LOADED.
import { appendFileSync } from "node:fs";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export function load(url, context, next) {
  if (/\/(packages|apps)\/[^/]+\/src\/.*\.tsx?\b/.test(url))
    appendFileSync(process.env.LORANK_LOADED, `${url}\n`);
  return next(url, context);
}
