/**
 * Whether tests do all that they can: `npm run test:nightly`. Otherwise they do a part of what is drawn at random, looked at in
 * many forms, or waited for; each kind of it, and the same part each time.
 */
export const isNightly = process.env.LORANK_NIGHTLY === "1";

/** Why a test is skipped, for its name. */
export const onlyNightly = isNightly ? "" : " (skipped: `npm run test:nightly` runs it)";
