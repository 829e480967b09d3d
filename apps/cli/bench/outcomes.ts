/**
 * What `lorank verdict` takes on a large file: writes outcomes drawn from a seed, judges them in a process of its own, and prints
 * its seconds, its processor time (what counts where other programs run beside) and its largest resident set. The examples are dealt out evenly to the ranks and seeds.
 *
 *     node --conditions=@lorank/source --import tsx bench/outcomes.ts --rows 5000000 --format csv --columns logLoss,label
 */
import { spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { randomStream } from "@lorank/train/engine";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "5000000" },
    ranks: { type: "string", default: "4,8,16,32" },
    seeds: { type: "string", default: "5" },
    format: { type: "string", default: "csv" },
    columns: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
  },
});
const ranks = values.ranks.split(",").map(Number);
const seeds = Number(values.seeds);
const columns = values.columns.split(",");
const examples = Math.floor(Number(values.rows) / (ranks.length * seeds));
const folder = mkdtempSync(join(tmpdir(), "lorank-bench-"));
const file = join(folder, `outcomes.${values.format}`);

try {
  await pipeline(Readable.from(pieces()), createWriteStream(file));
  const rows = examples * ranks.length * seeds;
  console.log(
    `${rows} rows, ${ranks.length} ranks, ${seeds} seeds, ${examples} examples, ${(statSync(file).size / 1e6).toFixed(0)} MB`,
  );
  for (let round = 0; round < Number(values.rounds); round++) console.log(`  ${verdict()}`);
} finally {
  rmSync(folder, { recursive: true });
}

function* pieces(): Generator<string> {
  const stream = randomStream(1, "bench-outcomes");
  const [hasLoss, hasLabel] = [columns.includes("logLoss"), columns.includes("label")];
  const names = [
    "rank",
    "seed",
    "example",
    "correct",
    ...(hasLoss ? ["logLoss"] : []),
    ...(hasLabel ? ["label"] : []),
  ];
  const line = (cells: (string | number)[]): string =>
    values.format === "csv"
      ? cells.join(",")
      : JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i]])));
  const head = values.format === "csv" ? `${names.join(",")}\n` : "";
  let lines: string[] = [];
  yield head;
  for (const rank of ranks)
    for (let seed = 0; seed < seeds; seed++)
      for (let e = 0; e < examples; e++) {
        const correct = stream.uniform() < 0.9 ? 1 : 0;
        const loss = hasLoss ? [(correct === 1 ? 0.1 : 2) + stream.uniform() / 10] : [];
        lines.push(
          line([rank, seed, `validation-${e}`, correct, ...loss, ...(hasLabel ? [`class ${e % 7}`] : [])]),
        );
        if (lines.length === 20_000) {
          yield `${lines.join("\n")}\n`;
          lines = [];
        }
      }
  yield lines.join("\n");
}

/** Runs the command, whose process says at its end what it took. */
function verdict(): string {
  const report = `process.on("exit", () => process.stderr.write(JSON.stringify(process.resourceUsage())))`;
  const node = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx")];
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const start = performance.now();
  const run = spawnSync(
    process.execPath,
    [
      ...node,
      "--import",
      `data:text/javascript,${encodeURIComponent(report)}`,
      main,
      "verdict",
      file,
      "--json",
      "--quiet",
    ],
    { encoding: "utf8" },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  const seconds = (performance.now() - start) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(run.stderr) as NodeJS.ResourceUsage;
  const processor = (userCPUTime + systemCPUTime) / 1e6;
  const megabytes = (maxRSS * 1024) / 1e6; // in KiB
  return (
    `${JSON.parse(run.stdout).verdict}: ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processor time, ` +
    `at most ${megabytes.toFixed(0)} MB resident`
  );
}
