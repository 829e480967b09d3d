import { InputError, printable } from "@lorank/core";

/** Something that may be different in a moment: no connection, a body that broke off, a server's own fault. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /** Seconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
  constructor(message: string, options: ErrorOptions & { readonly retryAfter?: number | undefined } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** An InputError E_HUB that begins with the id, then `problem`, then a line of help. */
export function hubError(id: string, problem: string, help?: string, cause?: unknown): InputError {
  const message = `${id}: ${printable(problem)}${help === undefined ? "" : `\n${help}`}`;
  return new InputError("E_HUB", message, cause === undefined ? undefined : { cause });
}

export interface Refusal {
  readonly status: number;
  /** `X-Error-Code`, which tells apart what the status does not. */
  readonly errorCode: string | undefined;
  readonly retryAfter: string | undefined;
}

export interface Asked {
  /** As the user typed it. */
  readonly id: string;
  readonly repo: string;
  readonly revision: string;
  /** The file that was asked for; undefined for the list of them. */
  readonly file?: string;
  readonly endpoint: string;
  /** Where the token came from that was sent. */
  readonly tokenSource: string | undefined;
}

/** An answer without what was asked for, in words: a {@link TransientError}, or an InputError E_HUB. */
export function refusalError({ status, errorCode, retryAfter }: Refusal, asked: Asked): Error {
  const { id, repo, revision, file, endpoint, tokenSource } = asked;
  const page = `${endpoint}/${repo}`;
  const access = `Accept the licence on the model's page, ${page}, and set HF_TOKEN to a token of that account.`;
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter);
    return new TransientError(
      status === 429 ? "the hub says too many requests (429)" : `the hub has a fault of its own (${status})`,
      { retryAfter: retryAfter !== undefined && seconds >= 0 ? seconds : undefined },
    );
  }
  if (status === 404 && errorCode === "RevisionNotFound") {
    return hubError(
      id,
      `${repo} must have the revision "${revision}", and the hub knows none of that name (404)`,
    );
  }
  if (status === 404 && file !== undefined) {
    return hubError(id, `${repo} must have the file "${file}" at ${revision}, and the hub finds none (404)`);
  }
  if (errorCode === "GatedRepo")
    return hubError(id, `the model is gated, and access was refused (${status})`, access);
  if (status === 404 || errorCode === "RepoNotFound") {
    return hubError(
      id,
      `the hub knows no such model, or it is private (${status}); there is no such folder either`,
      "Check the spelling. For a private model set HF_TOKEN to a token that may read it.",
    );
  }
  if (status === 401 && tokenSource !== undefined) {
    return hubError(id, `the hub refused the token of ${tokenSource} (401)`, "It may have expired.");
  }
  if (status === 401) {
    return hubError(
      id,
      "the hub shows no such model to somebody without a token (401): it is unknown, private or gated; there is no such folder either",
      `Check the spelling. ${access}`,
    );
  }
  if (status === 403) return hubError(id, "access was refused (403)", access);
  return hubError(id, `the hub must answer with 200, got ${status}`);
}
