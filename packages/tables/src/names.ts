// No imports here: status reads this file.

/** Group column's replacement if examples are independent. */
export const noGroups = "none";
