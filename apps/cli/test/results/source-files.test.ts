import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { HashedInput, sourceFiles } from "../../src/results/source-files.ts";
import { runHere } from "../run-here.ts";

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Writes files that were last changed at a time in the past. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, new Date(0), new Date("2026-03-04T05:06:07Z"));
  }
  return folder;
}

/** What a reader reads on the report of `path`. */
async function reportOf(path: string, flags: object = {}): Promise<{ page: string; text: string }> {
  const out = join(temporaryFolder(), "report.html");
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await runHere("report", [path], { ...flags, out, quiet: true }).finally(() => stdout.mockRestore());
  const page = readFileSync(out, "utf8");
  return { page, text: page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ") };
}

describe("a report on a table", () => {
  const scores = "rank,seed,accuracy\n4,1,0.5\n4,2,0.6\n8,1,0.65\n8,2,0.7\n";

  test("has the name, the digest and the date of its file, and its runs as dots", async () => {
    const { page, text } = await reportOf(join(folderWith({ "runs.csv": scores }), "runs.csv"));
    expect(text).toContain(
      `File SHA-256 ${digestOf(scores).slice(0, 16)}… Last changed 2026-03-04 05:06 UTC`,
    );
    expect(text).toContain(`runs.csv ${digestOf(scores)} 2026-03-04 05:06 UTC`);
    expect(page.match(/<title>rank \d, seed \d: [\d.]+%<\/title>/g)).toEqual(
      ["4, seed 1: 50.0", "4, seed 2: 60.0", "8, seed 1: 65.0", "8, seed 2: 70.0"].map(
        (run) => `<title>rank ${run}%</title>`,
      ),
    );
  });

  test("of several learning rates has the runs at each rank's chosen one", async () => {
    const rates = `rank,seed,learning_rate,accuracy\n${[4, 8]
      .flatMap((rank) =>
        [1, 2].flatMap((seed) => [
          `${rank},${seed},0.001,0.${rank}${seed}`,
          `${rank},${seed},0.1,0.1${seed}`,
        ]),
      )
      .join("\n")}\n`;
    const { page } = await reportOf(join(folderWith({ "runs.csv": rates }), "runs.csv"));
    expect(page.match(/<title>rank \d, seed \d: [\d.]+%<\/title>/g)).toEqual(
      ["4, seed 1: 41.0", "4, seed 2: 42.0", "8, seed 1: 81.0", "8, seed 2: 82.0"].map(
        (run) => `<title>rank ${run}%</title>`,
      ),
    );
  });

  test("of outcomes has a dot for the mean of each run", async () => {
    const rows = [4, 8].flatMap((rank) =>
      [1, 2].flatMap((seed) =>
        ["a", "b", "c", "d"].map((example, i) => `${rank},${seed},${example},${i < seed + rank / 8 ? 1 : 0}`),
      ),
    );
    const outcomes = `rank,seed,example,correct\n${rows.join("\n")}\n`;
    const { page, text } = await reportOf(join(folderWith({ "outcomes.csv": outcomes }), "outcomes.csv"));
    expect(page.match(/<title>rank \d, seed \d: [\d.]+%<\/title>/g)).toEqual(
      ["4, seed 1: 50.0", "4, seed 2: 75.0", "8, seed 1: 50.0", "8, seed 2: 75.0"].map(
        (run) => `<title>rank ${run}%</title>`,
      ),
    );
    expect(text).toContain(digestOf(outcomes));
  });

  test("names each file of a pattern below the folder of all of them", async () => {
    const state = (loss: number) =>
      JSON.stringify({ global_step: 9, log_history: [{ step: 9, eval_loss: loss }] });
    const names = ["r2-s1", "r2-s2", "r8-s1", "r8-s2"].map((run) => `${run}/trainer_state.json`);
    const files = Object.fromEntries(names.map((name, i) => [name, state(0.5 - 0.01 * i)]));
    const folder = folderWith(files);
    const flags = { metric: "eval_loss", margin: 0.02 };
    const { page, text } = await reportOf(join(folder, "r{rank}-s{seed}"), flags);
    expect(text).toContain("Files 4 Last changed 2026-03-04 05:06 UTC");
    for (const [name, content] of Object.entries(files))
      expect(text).toContain(` ${name} ${digestOf(content)} 2026-03-04 05:06 UTC`);
    expect(page).not.toContain(folder);
  });
});

test("standard input has the digest of the bytes that were read, and no date", async () => {
  const pieces = ["rank,seed", ",example,correct\n"];
  const input = new HashedInput(
    (async function* () {
      for (const piece of pieces) yield Buffer.from(piece);
    })(),
  );
  const read: Uint8Array[] = [];
  for await (const piece of input) read.push(piece);
  expect(Buffer.concat(read).toString()).toBe(pieces.join(""));
  expect(sourceFiles(["-"], input)).toEqual([{ name: "standard input", sha256: digestOf(pieces.join("")) }]);
});
