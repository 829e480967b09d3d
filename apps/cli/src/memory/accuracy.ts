import { measuredErrors } from "@lorank/core/memory";

/** How far a profile's estimates were from measurements. */
export function accuracyLine(profile: string): string {
  const errors = measuredErrors[profile];
  const page = "Every row: docs/checked/memory-accuracy.md.";
  if (errors === undefined) {
    return `Profile ${profile} has been compared with no published measurement that states all that decides it. ${page}`;
  }
  const { rows, median, max, below } = errors;
  const measurements = rows === 1 ? "one published measurement" : `${rows} published measurements`;
  return (
    `On ${measurements} of profile ${profile}, which its constants were chosen on, allocated bytes were off by ${median} % ` +
    `in the median, ${max} % at most, and ${below} % of the estimates were below what was measured. ${page}`
  );
}
