// No imports here: status reads this file.

/** In place of a group column: examples are independent. */
export const noGroups = "none";
