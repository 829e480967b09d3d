import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { cliHere } from "./here.ts";
import { ticketsCsv } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
writeTinyModel(join(folder, "tiny"));
writeFileSync(join(folder, "tickets.csv"), ticketsCsv(60));
const short =
  "--model tiny --data tickets.csv --text-column text --label-column queue --epochs 1 --max-length 24".split(
    " ",
  );

/** The command line with its output through what the shell says, and its exit code on stderr. */
const through = (redirection: string) => ({
  cwd: folder,
  within: ["sh", "-c", `{ "$@"; echo "code $?" >&2; } ${redirection}`, "sh"],
});

describe.runIf(process.platform === "linux")("what is printed finds no taker", () => {
  test("because the reader went away: a sweep goes on to its end", async () => {
    const args = ["sweep", ...short, "--ranks", "1,2", "--seeds", "1", "--out", "swept"];
    const run = await cli(args, through("| head -1"));
    expect(run.stderr).toContain("code 0\n");
    expect(run.stdout.split("\n")).toHaveLength(2);
    expect(existsSync(join(folder, "swept", "results.json"))).toBe(true);
    expect(existsSync(join(folder, "swept", "report.html"))).toBe(true);
  });

  test("because the disk is full: the work is done, and the failure is reported without a stack", async () => {
    const args = ["train", ...short, "--rank", "2", "--out", "trained", "--quiet"];
    const run = await cli(args, through("> /dev/full"));
    expect(run.stderr).toBe(
      "error: standard output could not be written: ENOSPC: no space left on device, write\ncode 1\n",
    );
    expect(existsSync(join(folder, "trained", "adapter_config.json"))).toBe(true);
  });
});

test("a sweep whose report cannot be written says its verdict all the same, and how to get the report", async () => {
  const args = ["sweep", ...short, "--ranks", "1,2", "--seeds", "1", "--out", "no-report", "--quiet"];
  const imports = [import.meta.resolve("./fail-write.mjs")];
  const run = await cli(args, { cwd: folder, imports, env: { FAIL_WRITE: "report\\.html" } });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain("Verdict: ");
  expect(run.stderr).toMatch(
    /^The report could not be written; lorank report no-report makes it\.\nno-report.report\.html could not be written: ENOSPC/,
  );
  const report = await cliHere(["report", "no-report"], { cwd: folder });
  expect(report).toMatchObject({ code: 0, stderr: "" });
});

test.runIf(process.platform === "linux")("report replaces a file and nothing else", async () => {
  const run = await cliHere(["report", "no-report", "--out", "/dev/null"], { cwd: folder });
  expect(run).toMatchObject({
    code: 2,
    stderr: "error: --out must be a file, got the pipe or device /dev/null\n",
  });
});
