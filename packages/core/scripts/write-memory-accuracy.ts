import { writeFileSync } from "node:fs";
import { errorsModule } from "./accuracy/errors-module.ts";
import { accuracyPage } from "./accuracy/page.ts";
import { accuracy, summaryBySource } from "./accuracy/report.ts";
import { rowsModule } from "./accuracy/rows-module.ts";

/** Writes data/accuracy.json, which a test compares with, two modules in src/memory and docs/checked/memory-accuracy.md. */
const results = accuracy();
const bySource = {
  inSample: summaryBySource(results.rows, ({ error }) => error),
  leftOut: summaryBySource(results.rows, ({ leftOutError }) => leftOutError),
};
writeFileSync(new URL("../data/accuracy.json", import.meta.url), `${JSON.stringify(bySource, null, 2)}\n`);
writeFileSync(new URL("../../../docs/checked/memory-accuracy.md", import.meta.url), accuracyPage(results));
writeFileSync(new URL("../src/memory/measured-errors.ts", import.meta.url), errorsModule(results));
writeFileSync(new URL("../src/memory/measured-rows.ts", import.meta.url), rowsModule(results));
