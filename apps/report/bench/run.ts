import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { decideResults } from "@lorank/evidence";
import { claimsOf } from "@lorank/evidence/results";
import { renderReport } from "../src/index.ts";
import { makeResults } from "../test/fixtures/make-results.ts";

/**
 * Time, size and memory of a report by ranks × seeds, part by part. Each size has a process of its own, whose memory with the
 * results alone is beside its peak. Prints the machine, for a number without it says nothing.
 */
const [size] = process.argv.slice(2);
if (size === undefined) {
  console.log(`node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}`);
  console.log(
    "ranks × seeds | decision, s | claims, s | report, s | page, MB | memory before, MB | peak, MB",
  );
  for (const one of ["20x10", "50x20", "200x50"]) {
    const { status } = spawnSync(process.execPath, [...process.execArgv, process.argv[1]!, one], {
      stdio: "inherit",
    });
    if (status !== 0) process.exit(1);
  }
} else {
  const [ranks = 0, seeds = 0] = size.split("x").map(Number);
  const results = makeResults({
    ranks: Array.from({ length: ranks }, (_, index) => index + 1),
    seeds: Array.from({ length: seeds }, (_, index) => index),
    steps: 300,
    examples: 200,
    accuracyOf: (rank) => 0.95 - 0.06 / rank,
  });
  const decision = secondsOf(() => decideResults(results));
  const claims = secondsOf(() => claimsOf(results));
  const before = peakMegabytes();
  let page = "";
  const report = secondsOf(() => {
    page = renderReport(results);
  });
  const seconds = [decision, claims, report].map((one) => one.toFixed(2));
  const megabytes = [(page.length / 1e6).toFixed(2), before, peakMegabytes()];
  console.log([size.replace("x", " × "), ...seconds, ...megabytes].join(" | "));
}

/** Processor time, which other work on the machine changes little. */
function secondsOf(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** Largest resident set of this process so far. */
function peakMegabytes(): string {
  return (process.resourceUsage().maxRSS / 1000).toFixed(0);
}
