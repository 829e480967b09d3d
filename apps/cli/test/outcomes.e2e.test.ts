import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, temporaryFolder } from "./cli.ts";

/** Two ranks, three seeds and 400 examples; rank 2 misses an example in four that rank 8 has right. */
const rows = [2, 8].flatMap((rank) =>
  [1, 2, 3].flatMap((seed) =>
    Array.from({ length: 400 }, (_, e) => {
      const isWrong = (e + seed) % 10 === 0 || (rank === 2 && (e + 3 * seed) % 4 === 0);
      return [rank, seed, `e${e}`, isWrong ? "no" : "yes"];
    }),
  ),
);
const semicolons = ["sep=;", "Rank;Seed;Example;Correct", ...rows.map((row) => row.join(";"))].join("\r\n");
const jsonl = rows
  .map(([rank, seed, example, correct]) =>
    JSON.stringify({ rank, seed, example, correct: correct === "yes" }),
  )
  .join("\n");

describe("outcomes of another trainer", () => {
  test("on standard input get the verdict that they get in a file", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "outcomes.csv"), semicolons);
    const [file, pipe] = await Promise.all([
      cli(["verdict", "outcomes.csv", "--json"], { cwd: folder }),
      cli(["verdict", "-", "--json"], { input: jsonl }),
    ]);
    expect(JSON.parse(pipe.stdout)).toMatchObject({ verdict: "extend", rank: 8, seeds: 3, examples: 400 });
    expect(file).toEqual(pipe);
  });

  test("that are faulty end the command with 2, and nothing is written", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "outcomes.csv"), semicolons.replace("yes", "maybe"));
    const run = await cli(["report", "outcomes.csv"], { cwd: folder });
    expect(run).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: outcomes.csv has 1 problem:\n  line 3: correct must be between 0 and 1, got "maybe"\n',
    });
    expect(existsSync(join(folder, "report.html"))).toBe(false);
  });

  test("make a report with the margin that is asked for", async () => {
    const folder = temporaryFolder();
    const run = await cli(["report", "-", "--margin", "0.4"], { cwd: folder, input: semicolons });
    expect(run).toEqual({ code: 0, stdout: "report.html\n", stderr: "" });
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(/<h1[^>]*>([^<]*)/.exec(page)?.[1]).toBe("Use rank 2.");
    expect(page).toContain("<title>standard input: Use rank 2.</title>");
  });
});
