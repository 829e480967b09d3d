/**
 * Writes sweeps over equal ranks, of five worlds of the page, for the judges of `scripts/reference/world_page.py`: a file a
 * world and number of seeds, a line a sweep, a word of 0 and 1 a run in the order of ranks, then seeds.
 *
 *     node --conditions=@lorank/source --import tsx bench/world-draws.ts FOLDER [sweeps]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawPageTable, pageDraw, pageExamples, pageSeeds, pageWorlds } from "./page-worlds.ts";

const [folder, sweeps = 200] = process.argv.slice(2);
if (folder === undefined) throw new Error("FOLDER must be named");
const judged = ["plain", "heteroscedastic", "heavy tails", "collapse", "autocorrelated"];

mkdirSync(folder, { recursive: true });
for (const world of pageWorlds.filter(({ name }) => judged.includes(name))) {
  for (const seeds of pageSeeds) {
    const lines = Array.from({ length: Number(sweeps) }, (_, i) => {
      const { cells } = drawPageTable(world, 0, { seeds, examples: pageExamples }, pageDraw(seeds, i));
      return cells.map(({ correct }) => Array.from(correct).join("")).join(" ");
    });
    writeFileSync(join(folder, `${world.name}, ${seeds}`), `${lines.join("\n")}\n`);
  }
}
