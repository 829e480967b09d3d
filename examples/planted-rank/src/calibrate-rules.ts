/**
 * How often capacity rules name a planted rank, and the rank that training needs. Writes the counts that `lorank plan`
 * prints (packages/core/src/decide/capacity/calibration.json) and the tables of docs/checked/capacity-rules.md.
 *
 *     node --conditions=@lorank/source --import tsx src/calibrate-rules.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type JudgedCase, judgeCase } from "./capacity-case.ts";
import { calibrationOf, recordTable, sizesTable } from "./capacity-tables.ts";

const cases: JudgedCase[] = [];
for (const taskSeed of [1, 2, 3]) {
  for (const targetsPerText of [1, 32]) {
    for (const trainExamples of [250, 1000, 4000]) {
      for (const planted of [1, 2, 4, 8, 16]) {
        const judged = await judgeCase({ planted, trainExamples, targetsPerText, taskSeed });
        cases.push(judged);
        console.error(JSON.stringify(judged));
      }
    }
  }
}

const calibration = calibrationOf(cases);
const root = new URL("../../../", import.meta.url);
writeFileSync(
  new URL("packages/core/src/decide/capacity/calibration.json", root),
  `${JSON.stringify(calibration, null, 2)}\n`,
);
const page = new URL("docs/checked/capacity-rules.md", root);
const tables = { record: recordTable(calibration), sizes: sizesTable(cases) };
let text = readFileSync(page, "utf8");
for (const [name, table] of Object.entries(tables)) {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  text = text.replace(new RegExp(`${start}[^]*?${end}`), () => `${start}\n${table}\n\n${end}`);
}
writeFileSync(page, text);
