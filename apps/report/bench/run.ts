import { cpus } from "node:os";
import { renderReport } from "../src/index.ts";
import { adequate, large } from "../test/fixtures/scenes.ts";

/** Time and size of a report. Prints the machine, for a number without it says nothing. */
console.log(`node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}`);
for (const [name, results] of [
  ["40 runs of 300 steps", adequate()],
  ["200 runs of 1,000 steps", large()],
] as const) {
  renderReport(results); // compiled before it is timed
  const rounds = 5;
  const start = performance.now();
  let page = "";
  for (let round = 0; round < rounds; round += 1) page = renderReport(results);
  const milliseconds = (performance.now() - start) / rounds;
  console.log(`${name}: ${milliseconds.toFixed(0)} ms, ${(page.length / 1000).toFixed(0)} KB`);
}
