// One runner of a race: commits its own content under the names 0, 1, 2, … at moments that all runners share.
import { join } from "node:path";
import { commitOnce } from "../../src/disk.ts";

const [folder, rounds, startAt, content] = process.argv.slice(2) as [string, string, string, string];
const outcomes: string[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const moment = Number(startAt) + round * 10;
  while (Date.now() < moment); // spin: a timer would be late by a different time in each runner
  outcomes.push(commitOnce(Buffer.from(content), join(folder, String(round))));
}
process.stdout.write(JSON.stringify(outcomes));
