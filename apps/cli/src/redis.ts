import { InputError } from "@lorank/core";

/**
 * The address of the queue's server: the setting, or LORANK_REDIS.
 *
 * @throws InputError `E_REDIS` where neither says it.
 */
export function redisAddress({
  redis = process.env.LORANK_REDIS,
}: {
  readonly redis?: string | undefined;
}): string {
  if (redis !== undefined && redis !== "") return redis;
  throw new InputError(
    "E_REDIS",
    "--redis must be given, or LORANK_REDIS set, such as redis://host:6379, got neither",
  );
}

/** A word of a command line as it may be shown: `redis://user:password@host` without what lets in. */
export function withoutPassword(word: string): string {
  return word
    .replace(/(rediss?:\/\/)\S*@/, "$1***@")
    .replace(/([?&](?:username|password)=)[^&\s]*/g, "$1***");
}
