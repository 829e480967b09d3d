import { isSafePath } from "./path.ts";

/** Hub id, parsed: a model repository at a revision, or a file in it. */
export interface HubId {
  readonly repo: string;
  /** Branch, tag or commit; `main` if the id names none. */
  readonly revision: string;
  /** Path of a `.gguf` file in the repository. */
  readonly file?: string;
}

const DEFAULT_REVISION = "main";

/**
 * Reads `org/name`, `org/name@revision`, `org/name:file.gguf` and `org/name@revision:file.gguf`; undefined for anything
 * else. Names follow the Python tools' rules.
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
