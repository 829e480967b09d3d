import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { InputError, isInputError } from "@lorank/core";
import { systemErrorCode } from "../files/system-error.ts";
import { type HubId, parseHubId, shownHubId } from "../hub-id.ts";
import { quoted } from "../text.ts";
import { RepoCache } from "./cache.ts";
import { fetchFile, type Session } from "./download.ts";
import { type Asked, TransientError } from "./hub-error.ts";
import { fetchListing, isCommit, type Listing } from "./listing.ts";
import type { HubProgress } from "./progress.ts";
import { withRetries } from "./retry.ts";
import { type Environment, type HubSettings, hubSettings } from "./settings.ts";
import { openTransport } from "./transport.ts";
import {
  filesToFetch,
  missingFiles,
  shardsToFetch,
  type Wanted,
  wantedAdapter,
  wantedConfig,
  wantedFile,
  wantedModel,
} from "./wanted.ts";

export interface ResolveOptions {
  readonly onProgress?: (event: HubProgress) => void;
  /** Ends a download; what has arrived is kept. */
  readonly signal?: AbortSignal;
  /** Variables that say where the cache, the hub, the token and the proxies are. Default: `process.env`. */
  readonly environment?: Environment;
  /** Milliseconds before the first of the retries of a request, doubled at each. Default: 500. */
  readonly retryDelay?: number;
}

export interface ResolveModelOptions extends ResolveOptions {
  /** `config`: the config alone, for what needs no weights. Default: `all`. */
  readonly files?: "all" | "config";
}

/**
 * Finds a model: a folder with a `config.json` and a `.gguf` file are returned as they are; a hub id (`org/name`,
 * `org/name@revision`, `org/name:file.gguf`) is fetched into the cache of the Python tools, unless it is there, and the
 * path of its snapshot folder (of the GGUF file) is returned.
 *
 * A revision that the cache holds whole costs one request; a full commit hash costs none.
 *
 * @throws InputError E_MODEL when the name is none of these, E_HUB when the hub does not give what is needed, E_OFFLINE
 *   when HF_HUB_OFFLINE is set and the cache lacks it. The signal's reason when that fires.
 */
export async function resolveModel(name: string, options: ResolveModelOptions = {}): Promise<string> {
  const local = localPath(name, "config.json", true);
  if (local !== undefined) return local;
  const id = parseHubId(name);
  if (id === undefined) {
    throw new InputError(
      "E_MODEL",
      `model must be a folder, a .gguf file or a hub id (org/name, org/name@revision, org/name:file.gguf), got ${quoted(name)}`,
    );
  }
  const wanted = options.files === "config" ? wantedConfig : wantedModel;
  return resolveRepo(id, id.file === undefined ? wanted : wantedFile(id.file), options);
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
  if (id !== undefined && id.file === undefined) return resolveRepo(id, wantedAdapter, options);
  throw new InputError(
    "E_PEFT",
    `adapter must be a folder or a hub id (org/name, org/name@revision), got ${quoted(name)}`,
  );
}

/** Undefined for what is not there, and for a name that no file can have. */
function statOf(name: string): Stats | undefined {
  try {
    return statSync(name, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === "ENAMETOOLONG") return undefined;
    throw error;
  }
}

/** What is there wins over a hub id of the same name. */
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

async function resolveRepo(hubId: HubId, wanted: Wanted, options: ResolveOptions): Promise<string> {
  const { environment = process.env, onProgress = () => {}, signal, retryDelay = 500 } = options;
  signal?.throwIfAborted();
  const settings = hubSettings(environment);
  const { repo, revision } = hubId;
  const cache = new RepoCache(settings.cacheFolder, repo, settings.symlinks);
  const pathAt = (commit: string) => join(cache.snapshot(commit), ...(hubId.file?.split("/") ?? []));

  if (isCommit(revision) && missingFiles(wanted, cache, revision, true).length === 0) return pathAt(revision);
  const id = shownHubId(hubId);
  if (settings.offline) return pathAt(offlineCommit(id, revision, wanted, cache, settings));

  const asked: Asked = {
    id,
    repo,
    revision,
    endpoint: settings.endpoint,
    tokenSource: settings.token?.source,
  };
  const transport = await openTransport(settings, signal);
  try {
    const session: Session = { asked, cache, transport, signal, progress: onProgress, retryDelay };
    const listing = await listingOrCached(session, wanted);
    if (typeof listing === "string") return pathAt(listing);
    await fetchAll(session, wanted, listing);
    return pathAt(listing.commit);
  } finally {
    await transport.close();
  }
}

/** The listing; where the hub cannot be reached, a commit that the cache holds. */
async function listingOrCached(session: Session, wanted: Wanted): Promise<Listing | string> {
  const { asked, cache, transport, signal, progress, retryDelay } = session;
  const { id, repo, revision } = asked;
  const cached = isCommit(revision) ? revision : cache.commitOf(revision);
  const isUsable = cached !== undefined && missingFiles(wanted, cache, cached, false).length === 0;
  try {
    return await withRetries(
      { id, what: "list of files", retries: isUsable ? 1 : 4, delay: retryDelay, signal, progress },
      () => fetchListing(transport, asked),
    );
  } catch (error) {
    const cause = isInputError(error) ? error.cause : undefined;
    if (!isUsable || !(cause instanceof TransientError)) throw error;
    progress({ kind: "cache-used", repo, reason: cause.message });
    return cached;
  }
}

async function fetchAll(session: Session, wanted: Wanted, listing: Listing): Promise<void> {
  const { asked, cache } = session;
  const { commit } = listing;
  const names = filesToFetch(wanted, listing, asked.id);
  await fetchFiles(session, listing, names);
  await fetchFiles(session, listing, shardsToFetch(names, cache, commit));
  // Said in the Python tools' own way, so that the next look at this commit needs no network.
  for (const name of wanted.optional) if (!listing.names.has(name)) cache.markMissing(commit, name);
  cache.remember(asked.revision, commit);
}

async function fetchFiles(session: Session, listing: Listing, names: readonly string[]): Promise<void> {
  const { asked, cache, progress } = session;
  const files = names
    .map((name) => listing.file(name))
    .filter(({ name, bytes }) => !cache.has(listing.commit, name, bytes));
  if (files.length === 0) return;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  progress({ kind: "plan", repo: asked.repo, files: files.length, bytes });
  for (const file of files) await fetchFile(session, listing.commit, file);
}

/** @throws InputError E_OFFLINE naming what the cache lacks. */
function offlineCommit(
  id: string,
  revision: string,
  wanted: Wanted,
  cache: RepoCache,
  { cacheFolder }: HubSettings,
): string {
  const commit = isCommit(revision) ? revision : cache.commitOf(revision);
  const missing = commit === undefined ? [] : missingFiles(wanted, cache, commit, false);
  if (commit !== undefined && missing.length === 0) return commit;
  const lack = commit === undefined ? `nothing of ${revision}` : `all but ${missing.join(", ")}`;
  throw new InputError(
    "E_OFFLINE",
    `${id}: must be in the cache while HF_HUB_OFFLINE is set, got ${lack} in ${cacheFolder}\n` +
      "Run the same once without HF_HUB_OFFLINE.",
  );
}
