import { basename, resolve } from "node:path";
import type { HubProgress, ResolveModelOptions } from "@lorank/checkpoint/hub";
import { counted, formatDecimalBytes } from "@lorank/core";
import { modelFolder as starterFolder } from "@lorank/starter";
import { defaults } from "../defaults.ts";
import type { Display } from "../output.ts";
import type { Sink } from "../progress/progress.ts";
import { duration, plainText } from "../text.ts";

interface ResolvePathOptions extends Omit<ResolveModelOptions, "onProgress"> {
  readonly sink?: Sink;
}

/**
 * Finds a model's folder or `.gguf` file: `starter`, a path, or a hub id. Hub files are cached; downloads show progress
 * on stderr.
 * @throws E_MODEL, E_HUB or E_OFFLINE.
 */
export async function resolveModelPath(
  name: string,
  display: Display,
  options: ResolvePathOptions = {},
): Promise<string> {
  if (name === defaults.model) return starterFolder;
  const { resolveModel } = await import("@lorank/checkpoint/hub");
  return withProgress(display, options, (rest) => resolveModel(name, rest));
}

/** Finds a PEFT adapter by folder or hub id. Throws E_PEFT, E_HUB or E_OFFLINE. */
export async function resolveAdapterPath(name: string, display: Display): Promise<string> {
  const { resolveAdapter } = await import("@lorank/checkpoint/hub");
  return withProgress(display, {}, (rest) => resolveAdapter(name, rest));
}

/** Model name for people: a path's last part, or the name as typed. */
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

interface DownloadProgress {
  event(event: HubProgress): void;
  /** Reports what was downloaded, if anything, and stops drawing. */
  end(): void;
}

interface DownloadProgressOptions {
  readonly live: boolean;
  readonly now?: () => number;
}

const msBetweenFrames = 100;
const msBetweenLines = 5000;
const barCells = 20;

/** Draws a bar on a terminal; in a log, prints timed lines every five seconds. */
export function downloadProgress(sink: Sink, options: DownloadProgressOptions): DownloadProgress {
  const { live, now = Date.now } = options;
  const speed = new Speed(now);
  let lastShown = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  const fetched = { files: 0, bytes: 0 };

  const erase = (): string => (isDrawn ? "\r\u001b[K" : "");
  const say = (text: string): void => {
    sink.write(live ? `${erase()}${text}\n` : `${new Date(now()).toISOString()} ${text}\n`);
    isDrawn = false;
  };
  const show = (file: string, bytes: number, totalBytes: number): void => {
    speed.add(file, bytes);
    if (now() - lastShown < (live ? msBetweenFrames : msBetweenLines)) return;
    lastShown = now();
    const words = bytesWords(file, bytes, totalBytes, speed.bytesPerSecond);
    if (live) {
      const line = `${bar(shareOf(bytes, totalBytes))} ${words}`;
      sink.write(`${erase()}${line.slice(0, sink.columns - 1)}`);
      isDrawn = true;
    } else say(words);
  };
  return {
    event: (event) => {
      if (event.kind === "bytes") show(plainText(event.file), event.bytes, event.totalBytes);
      else if (event.kind === "file-done") {
        fetched.files++;
        fetched.bytes += event.totalBytes;
      } else say(plainText(eventWords(event)));
    },
    end: () => {
      const { files, bytes } = fetched;
      if (files > 0) say(`fetched and checked ${counted(files, "file")}, ${formatDecimalBytes(bytes)}`);
      else sink.write(erase());
      isDrawn = false;
    },
  };
}

function eventWords(event: Exclude<HubProgress, { kind: "bytes" | "file-done" }>): string {
  switch (event.kind) {
    case "plan":
      return `fetching ${counted(event.files, "file")} of ${event.repo}, ${formatDecimalBytes(event.bytes)}`;
    case "retry":
      return `${event.what}: ${event.reason}; trying again in ${duration(event.seconds)}`;
    case "cache-used":
      return `${event.repo}: ${event.reason}; using the copy in the cache`;
  }
}

function bytesWords(
  file: string,
  bytes: number,
  totalBytes: number,
  bytesPerSecond: number | undefined,
): string {
  const words = `${file}: ${Math.floor(100 * shareOf(bytes, totalBytes))}% of ${formatDecimalBytes(totalBytes)}`;
  if (bytesPerSecond === undefined) return words;
  const left = duration((totalBytes - bytes) / bytesPerSecond);
  return `${words}, ${formatDecimalBytes(bytesPerSecond)}/s, ${left} left`;
}

function shareOf(bytes: number, totalBytes: number): number {
  return totalBytes === 0 ? 1 : bytes / totalBytes;
}

function bar(share: number): string {
  const full = Math.round(barCells * share);
  return `${"█".repeat(full)}${"░".repeat(barCells - full)}`;
}

/** Download speed of one file, from bytes received in this run. */
class Speed {
  #file = "";
  #firstBytes = 0;
  #bytes = 0;
  #startedAt = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(file: string, bytes: number): void {
    // Fewer bytes than before: the server restarted the download.
    if (file !== this.#file || bytes < this.#bytes) {
      this.#file = file;
      this.#firstBytes = bytes;
      this.#startedAt = this.#now();
    }
    this.#bytes = bytes;
  }

  /** Speed in bytes per second; undefined in the first second, when it would jump. */
  get bytesPerSecond(): number | undefined {
    const seconds = (this.#now() - this.#startedAt) / 1000;
    const received = this.#bytes - this.#firstBytes;
    return seconds < 1 || received === 0 ? undefined : received / seconds;
  }
}
