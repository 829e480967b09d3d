import { profiles } from "../../src/memory/profiles.ts";
import { type Accuracy, summary } from "./report.ts";

/** src/memory/measured-errors.ts: errors of each profile on the fully specified rows that it describes. */
export function errorsModule({ rows }: Accuracy): string {
  const entries = profiles.flatMap(({ name }) => {
    const errors = rows
      .filter(({ row }) => row.profile === name && row.spec === "full")
      .map(({ error }) => error);
    if (errors.length === 0) return [];
    const { below, median, max } = summary(errors);
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return [
      `  ${key}: { rows: ${errors.length}, below: ${below.toFixed(0)}, median: ${median.toFixed(1)}, max: ${max.toFixed(1)} },`,
    ];
  });
  return `// Written by \`pnpm --filter @lorank/core accuracy\`; do not edit.

/** Unsigned errors in per cent of a profile's estimates on published measurements that state all that decides them. */
export interface MeasuredErrors {
  readonly rows: number;
  /** Per cent of the estimates that are below what was measured. */
  readonly below: number;
  readonly median: number;
  readonly max: number;
}

/** Errors by profile; a profile without an entry has no such measurement. */
export const measuredErrors: Readonly<Record<string, MeasuredErrors>> = {
${entries.join("\n")}
};
`;
}
