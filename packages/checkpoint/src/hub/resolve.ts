import { existsSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { InputError, isInputError } from "@lorank/core";
import { systemErrorCode } from "../files/system-error.ts";
import { type HubId, parseHubId, shownHubId } from "../hub-id.ts";
import { quoted } from "../text.ts";
import { RepoCache } from "./cache.ts";
import { fetchFile, type Session } from "./download.ts";
import { type HubProgress, type HubRequest, TransientError, withRetries } from "./errors.ts";
import {
  adapterFiles,
  configFile,
  fetchListing,
  filesToFetch,
  ggufFile,
  isCommit,
  type Listing,
  missingFiles,
  modelFiles,
  type NeededFiles,
  shardsToFetch,
} from "./listing.ts";
import { type HubEnvironment, type HubSettings, hubSettings } from "./settings.ts";
import { openTransport } from "./transport.ts";

export interface ResolveOptions {
  readonly onProgress?: (event: HubProgress) => void;
  /** Signal that ends a download; the next call resumes it. */
  readonly signal?: AbortSignal;
  /** Environment variables for cache, hub, token and proxies. Default: `process.env`. */
  readonly environment?: HubEnvironment;
  /** Pause before the first retry in milliseconds, doubled at each. Default: 500. */
  readonly retryDelay?: number;
}

export interface ResolveModelOptions extends ResolveOptions {
  /** Files to fetch; `config`: the config alone. Default: `all`. */
  readonly files?: "all" | "config";
}

/**
 * Finds a model: a folder with a `config.json` and a `.gguf` file are returned as they are. A hub id is fetched into
 * the Python tools' cache, and resolved to a snapshot folder or GGUF file. A completely cached revision costs one
 * request, a full commit hash none.
 *
 * @param name a path, `org/name`, `org/name@revision` or `org/name:file.gguf`.
 * @throws InputError E_MODEL for another name, E_HUB when the hub does not give what is needed. E_OFFLINE when
 * HF_HUB_OFFLINE is set and the cache lacks it. The signal's reason when that fires.
 */
export async function resolveModel(name: string, options: ResolveModelOptions = {}): Promise<string> {
  const local = localPath(name, "config.json", true);
  if (local !== undefined) return local;
  const id = parseHubId(name);
  if (id === undefined) {
    throw new InputError(
      "E_MODEL",
      `model must be a folder, a .gguf file or a hub id (org/name, org/name@revision, org/name:file.gguf), got ${quoted(name)}${absence(name)}`,
    );
  }
  const needed = options.files === "config" ? configFile : modelFiles;
  return resolveRepo(id, id.file === undefined ? needed : ggufFile(id.file), options);
}

/** Message that a path does not exist; empty for a name that may be a hub id. */
function absence(name: string): string {
  const isPath = /\.gguf$|^[./~]|\/.*\//i.test(name);
  return isPath && !existsSync(name) ? ": there is no such file or folder" : "";
}

/**
 * Finds a PEFT adapter: a folder with an `adapter_config.json`, or a hub id, fetched as {@link resolveModel} does.
 *
 * @throws InputError E_PEFT when the name is neither; else as {@link resolveModel}.
 */
export async function resolveAdapter(name: string, options: ResolveOptions = {}): Promise<string> {
  const local = localPath(name, "adapter_config.json", false);
  if (local !== undefined) return local;
  const id = parseHubId(name);
  if (id !== undefined && id.file === undefined) return resolveRepo(id, adapterFiles, options);
  throw new InputError(
    "E_PEFT",
    `adapter must be a folder or a hub id (org/name, org/name@revision), got ${quoted(name)}${absence(name)}`,
  );
}

/** File status; undefined for a missing file and for a name that no file can have. */
function statOf(name: string): Stats | undefined {
  try {
    return statSync(name, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === "ENAMETOOLONG") return undefined;
    throw error;
  }
}

function localPath(name: string, marker: string, orGguf: boolean): string | undefined {
  const stats = statOf(name);
  if (stats === undefined) return undefined;
  const isRight = stats.isDirectory()
    ? statSync(join(name, marker), { throwIfNoEntry: false })?.isFile()
    : orGguf && /\.gguf$/i.test(name);
  if (isRight) return name;
  const rule = orGguf ? `a folder with a ${marker} or a .gguf file` : `a folder with an ${marker}`;
  throw new InputError(
    orGguf ? "E_MODEL" : "E_PEFT",
    `${orGguf ? "model" : "adapter"} must be ${rule}, got ${quoted(name)}`,
  );
}

async function resolveRepo(hubId: HubId, needed: NeededFiles, options: ResolveOptions): Promise<string> {
  const { environment = process.env, onProgress = () => {}, signal, retryDelay = 500 } = options;
  signal?.throwIfAborted();
  const settings = hubSettings(environment);
  const { repo, revision } = hubId;
  const cache = new RepoCache(settings.cacheFolder, repo, settings.symlinks);
  const pathAt = (commit: string) => join(cache.snapshot(commit), ...(hubId.file?.split("/") ?? []));

  if (isCommit(revision) && missingFiles(needed, cache, revision, true).length === 0) return pathAt(revision);
  const id = shownHubId(hubId);
  if (settings.offline) return pathAt(offlineCommit(id, revision, needed, cache, settings));

  const request: HubRequest = {
    id,
    repo,
    revision,
    endpoint: settings.endpoint,
    tokenSource: settings.token?.source,
  };
  const transport = await openTransport(settings, signal);
  try {
    const session: Session = { request, cache, transport, signal, progress: onProgress, retryDelay };
    const listing = await listingOrCached(session, needed);
    if (typeof listing === "string") return pathAt(listing);
    await fetchAll(session, needed, listing);
    return pathAt(listing.commit);
  } finally {
    await transport.close();
  }
}

async function listingOrCached(session: Session, needed: NeededFiles): Promise<Listing | string> {
  const { request, cache, transport, signal, progress, retryDelay } = session;
  const { id, repo, revision } = request;
  const cached = isCommit(revision) ? revision : cache.commitOf(revision);
  const isUsable = cached !== undefined && missingFiles(needed, cache, cached, false).length === 0;
  try {
    return await withRetries(
      { id, what: "list of files", retries: isUsable ? 1 : 4, delay: retryDelay, signal, progress },
      () => fetchListing(transport, request),
    );
  } catch (error) {
    const cause = isInputError(error) ? error.cause : undefined;
    if (!isUsable || !(cause instanceof TransientError)) throw error;
    progress({ kind: "cache-used", repo, reason: cause.message });
    return cached;
  }
}

async function fetchAll(session: Session, needed: NeededFiles, listing: Listing): Promise<void> {
  const { request, cache } = session;
  const { commit } = listing;
  const names = filesToFetch(needed, listing, request.id);
  await fetchFiles(session, listing, names);
  await fetchFiles(session, listing, shardsToFetch(names, cache, commit));
  // Noting absent files saves the network at the next look, as with the Python tools.
  for (const name of needed.optional) if (!listing.names.has(name)) cache.markMissing(commit, name);
  cache.remember(request.revision, commit);
}

async function fetchFiles(session: Session, listing: Listing, names: readonly string[]): Promise<void> {
  const { request, cache, progress } = session;
  const files = names
    .map((name) => listing.file(name))
    .filter(({ name, bytes }) => !cache.has(listing.commit, name, bytes));
  if (files.length === 0) return;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  progress({ kind: "plan", repo: request.repo, files: files.length, bytes });
  for (const file of files) await fetchFile(session, listing.commit, file);
}

/**
 * Finds a cached commit without network.
 *
 * @throws InputError E_OFFLINE naming what the cache lacks.
 */
function offlineCommit(
  id: string,
  revision: string,
  needed: NeededFiles,
  cache: RepoCache,
  { cacheFolder }: HubSettings,
): string {
  const commit = isCommit(revision) ? revision : cache.commitOf(revision);
  const missing = commit === undefined ? [] : missingFiles(needed, cache, commit, false);
  if (commit !== undefined && missing.length === 0) return commit;
  const lack = commit === undefined ? `nothing of ${revision}` : `all but ${missing.join(", ")}`;
  throw new InputError(
    "E_OFFLINE",
    `${id}: must be in the cache while HF_HUB_OFFLINE is set, got ${lack} in ${cacheFolder}\n` +
      "Run the same once without HF_HUB_OFFLINE.",
  );
}
