// No imports, so that status loads only this file.

/** Group column's replacement if examples are independent. */
export const noGroups = "none";
