import { writeFileSync } from "node:fs";
import { accuracyCsv, accuracyPage } from "./accuracy/page.ts";
import { accuracy, summaryBySource } from "./accuracy/report.ts";
import { measuredModule } from "./accuracy/rows-module.ts";

/**
 * Writes data/accuracy.json, which a test compares with, data/memory-errors.csv, src/memory/measured-rows.ts and
 * docs/checked/memory-accuracy.md.
 */
const results = accuracy();
const bySource = {
  inSample: summaryBySource(results.rows, ({ error }) => error),
  leftOut: summaryBySource(results.rows, ({ leftOutError }) => leftOutError),
};
writeFileSync(new URL("../data/accuracy.json", import.meta.url), `${JSON.stringify(bySource, null, 2)}\n`);
writeFileSync(new URL("../../../docs/checked/memory-accuracy.md", import.meta.url), accuracyPage(results));
writeFileSync(new URL("../data/memory-errors.csv", import.meta.url), accuracyCsv(results));
writeFileSync(new URL("../src/memory/measured-rows.ts", import.meta.url), measuredModule(results));
