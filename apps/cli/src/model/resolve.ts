import { basename, resolve } from "node:path";
import { type ResolveModelOptions, resolveAdapter, resolveModel } from "@lorank/checkpoint/hub";
import { modelFolder as starterFolder } from "@lorank/starter";
import { defaults } from "../defaults.ts";
import type { Display } from "../output.ts";
import type { Sink } from "../progress/progress.ts";
import { downloadProgress } from "./download-progress.ts";

export interface ResolvePathOptions extends Omit<ResolveModelOptions, "onProgress"> {
  /** Default: stderr. */
  readonly sink?: Sink;
}

/**
 * Turns what a user calls a model into the path of its folder or `.gguf` file: `starter`, a path, or a hub id, which is
 * fetched with progress on stderr unless it is cached.
 *
 * @throws InputError E_MODEL, E_HUB or E_OFFLINE.
 */
export function resolveModelPath(
  name: string,
  display: Display,
  options: ResolvePathOptions = {},
): Promise<string> {
  if (name === defaults.model) return Promise.resolve(starterFolder);
  return withProgress(display, options, (rest) => resolveModel(name, rest));
}

/** The same for a PEFT adapter: a folder or a hub id. Throws InputError E_PEFT, E_HUB or E_OFFLINE. */
export function resolveAdapterPath(name: string, display: Display): Promise<string> {
  return withProgress(display, {}, (rest) => resolveAdapter(name, rest));
}

/** A model's name for people: the folder that it lies in, or what it was asked for by. */
export function shownModelName(name: string, path: string): string {
  return path === name ? basename(resolve(path)) : name;
}

async function withProgress(
  display: Display,
  { sink = stderrSink(), ...options }: ResolvePathOptions,
  find: (options: ResolveModelOptions) => Promise<string>,
): Promise<string> {
  if (display.quiet === true) return find(options);
  const progress = downloadProgress(sink, { live: display.live === true });
  try {
    return await find({ ...options, onProgress: progress.event });
  } finally {
    progress.end();
  }
}

function stderrSink(): Sink {
  return { columns: process.stderr.columns ?? 100, write: (text) => void process.stderr.write(text) };
}
