import type { PublishedSource } from "../../src/commands/plan/published-rows.ts";

/** src/commands/plan/published-rows.ts. */
export function publishedModule(sources: readonly PublishedSource[]): string {
  const entries = sources.map(({ rows, ...source }) => {
    const facts = Object.entries(source).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const lines = rows.map((row) => `    ${JSON.stringify(row).replaceAll(",", ", ")},`);
    return `  { ${facts.join(", ")}, rows: [\n${lines.join("\n")}\n  ] },`;
  });
  return `// Written by \`npm run published\` in apps/cli; do not edit.
import type { MetricName, Task } from "@lorank/evidence/results";

/** The sweeps of one source: the facts that they share, and a row for each. */
export interface PublishedSource {
  /** Repository and file that published the runs. */
  readonly source: string;
  readonly kind: Task["kind"];
  readonly metric: MetricName;
  /** In the metric's unit. */
  readonly margin: number;
  readonly seeds: number;
  readonly rows: readonly (readonly [
    model: string,
    millionParams: number,
    data: string,
    trainExamples: number,
    ranks: readonly number[],
    smallestWithinMargin: number,
    verdictRank: number | null,
  ])[];
}

/** Published sweeps by source. */
// biome-ignore format: a table
export const publishedSources: readonly PublishedSource[] = [
${entries.join("\n")}
];
`;
}
