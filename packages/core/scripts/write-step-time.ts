import { writeFileSync } from "node:fs";
import { fittedModule } from "./time/fitted-module.ts";
import { stepTimeCsv, stepTimePage } from "./time/page.ts";
import { timeAccuracy } from "./time/report.ts";

/** Writes src/time/fitted.ts, data/step-errors.csv and docs/checked/step-time.md, which a test compares with. */
const results = timeAccuracy();
writeFileSync(new URL("../src/time/fitted.ts", import.meta.url), fittedModule(results));
writeFileSync(new URL("../data/step-errors.csv", import.meta.url), stepTimeCsv(results));
writeFileSync(new URL("../../../docs/checked/step-time.md", import.meta.url), stepTimePage(results));
