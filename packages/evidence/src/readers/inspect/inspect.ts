import type { OutcomeFormat } from "../format.ts";

const fileName = /^\d{4}-\d\d-\d\dT[^_]*_(.+)_[^_]+\.(?:eval|json)$/;

/**
 * Inspect logs, `.eval` or `.json`: a sample for each id and epoch.
 *
 * Source: EvalLog and EvalSampleSummary in https://github.com/UKGovernmentBEIS/inspect_ai
 */
export const inspect: OutcomeFormat = {
  name: "Inspect",
  unit: "sample",
  recognises: ({ extension, head }) =>
    extension === ".eval" ||
    (extension === ".json" &&
      /^\s*\{\s*"version"\s*:\s*\d+,\s*"status"\s*:\s*"\w+",\s*"eval"\s*:/.test(head())),
  taskOf: (name) => fileName.exec(name)?.[1],
  read: async (path, rows, { choices }) => (await import("./read.ts")).readInspect(path, rows, choices),
};
