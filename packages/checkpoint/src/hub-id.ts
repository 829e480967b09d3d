import { isSafePath } from "./path.ts";

/** Model on the hub, or one file of it. */
export interface HubId {
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** `.gguf` file of the repository, with its folder if it has one. */
  readonly file?: string;
}

const DEFAULT_REVISION = "main";

/**
 * Reads `org/name`, `org/name@revision`, `org/name:file.gguf` and `org/name@revision:file.gguf`; undefined for anything
 * else. Names follow the rules of the Python tools.
 */
export function parseHubId(name: string): HubId | undefined {
  const {
    repo,
    revision = DEFAULT_REVISION,
    file,
  } = /^(?<repo>[^/@:\\]+\/[^/@:\\]+)(?:@(?<revision>[^:]+))?(?::(?<file>.+))?$/s.exec(name)?.groups ?? {};
  if (repo === undefined || !isRepoName(repo) || !isSafePath(revision)) return undefined;
  if (file === undefined) return { repo, revision };
  return isSafePath(file) && /\.gguf$/i.test(file) ? { repo, revision, file } : undefined;
}

function isRepoName(repo: string): boolean {
  const parts = repo.split("/");
  return (
    parts.every((part) => part.length <= 96 && /^\w(?:[\w.-]*\w)?$/.test(part)) &&
    !repo.includes("--") &&
    !repo.includes("..") &&
    !repo.endsWith(".git")
  );
}

export function shownHubId({ repo, revision, file }: HubId): string {
  return `${repo}${revision === DEFAULT_REVISION ? "" : `@${revision}`}${file === undefined ? "" : `:${file}`}`;
}
