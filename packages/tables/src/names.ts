// No import here: a look at a sweep reads it.

/** In place of a group column: examples are independent, whatever the columns. */
export const noGroups = "none";
