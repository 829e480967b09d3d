/**
 * What an Inspect log that was made to be large takes: seconds and largest resident set of reading it, in a process of its own.
 * Linux alone says the latter.
 *
 *     node --conditions=@lorank/source --import tsx bench/hostile-logs.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspectHeader, type ZipMember, zipFile } from "../test/helpers/zip-file.ts";

/** `resourceUsage` would count the process that started this one. */
function largestKilobytes(): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

const reads = process.argv[2];
if (reads !== undefined) {
  const { readOutcomes } = await import("../src/readers/read-outcomes.ts");
  const atStart = largestKilobytes();
  const begun = performance.now();
  const told = await readOutcomes(join(reads, "r{rank}-s{seed}")).then(
    ({ examples }) => `${examples} examples`,
    ({ message }) => String(message).replaceAll(reads, "").slice(0, 120),
  );
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const megabytes = (largestKilobytes() / 1000).toFixed(0);
  console.log(`${seconds} s, ${megabytes} MB of which ${(atStart / 1000).toFixed(0)} at the start: ${told}`);
} else {
  const sample = (i: number): string => `{"id":${i},"epoch":1,"input":"","scores":{"s":{"value":1}}}`;
  const list = (items: readonly string[]): string => `[${items.join(",")}]`;
  const header = { name: "header.json", content: inspectHeader };
  const samples = (content: string, entries = 1): ZipMember[] => [
    header,
    { name: "summaries.json", content, entries },
  ];
  const numbered = (count: number): string => list(Array.from({ length: count }, (_, i) => sample(i)));
  const cases: Readonly<Record<string, () => readonly ZipMember[]>> = {
    "60,000 entries of one name, 16 MB each": () => samples(list(new Array(260_000).fill(sample(1))), 60_000),
    "260 MB of one sample": () => samples(list(new Array(4_200_000).fill(sample(1)))),
    "1,000,000 samples": () => samples(numbered(1_000_000)),
    "4,000,000 samples": () => samples(numbered(4_000_000)),
    "260 MB of empty lists": () => samples(list(new Array(85_000_000).fill("[]"))),
    "one sample of 260 MB": () => samples(`[{"id":1,"x":"${"x".repeat(260_000_000)}"}]`),
    "one sample of 16 MB of empty lists": () => samples(`[{"id":1,"x":[${"[],".repeat(5_500_000)}[]]}]`),
    "a header of 260 MB": () => [
      { ...header, content: `[${"[],".repeat(86_000_000)}[]]` },
      ...samples("[]").slice(1),
    ],
  };
  for (const [name, members] of Object.entries(cases)) {
    const folder = mkdtempSync(join(tmpdir(), "lorank-bench-"));
    try {
      const bytes = zipFile(members());
      mkdirSync(join(folder, "r4-s1"));
      writeFileSync(join(folder, "r4-s1/log.eval"), bytes);
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [...process.execArgv, fileURLToPath(import.meta.url), folder],
        { encoding: "utf8", timeout: 600_000 },
      );
      console.log(
        `${name} (${(bytes.length / 1e6).toFixed(1)} MB): ${stdout.trim() || stderr.slice(-300) || "more than 600 s"}`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
