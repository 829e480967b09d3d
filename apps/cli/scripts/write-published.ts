/** Writes what is made from published runs, src/commands/plan/published-rows.ts and docs/checked/published-sweeps.md: `npm run published`. */
import { writeFileSync } from "node:fs";
import { publishedPage } from "./published/page.ts";
import { publishedModule } from "./published/rows-module.ts";
import { allRuns, sweepsOf } from "./published/sweeps.ts";

const sources = allRuns().map(sweepsOf);
writeFileSync(new URL("../src/commands/plan/published-rows.ts", import.meta.url), publishedModule(sources));
writeFileSync(new URL("../../../docs/checked/published-sweeps.md", import.meta.url), publishedPage(sources));
