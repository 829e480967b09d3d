import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";

const rows = Array.from({ length: 12 }, (_, i) => [`Grüße ${i}, Jörg`, i % 2 ? "ham" : "spam"] as const);
const semicolons = `sep=;\r\ntext;label\r\n${rows.map((row) => `${row.join(";")}\r\n`).join("")}`;

interface Plan {
  readonly notes: readonly string[];
}

async function dryRun(cwd: string, args: readonly string[], input?: string) {
  const run = await cliHere(["sweep", "--dry-run", "--json", ...args], { cwd, ...(input && { input }) });
  return { ...run, plan: run.code === 0 ? (JSON.parse(run.stdout) as Plan) : undefined };
}

test("a sweep reads what Excel saves, and says how", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "mails.csv"), Buffer.from(semicolons, "latin1"));
  const { plan } = await dryRun(folder, ["--data", "mails.csv"]);
  expect(plan?.notes).toContain(
    "Read mails.csv as Windows-1252, which was found from its bytes (--encoding says otherwise).",
  );
  const asked = ["--data", "mails.csv", "--encoding", "utf-8"];
  expect(await dryRun(folder, asked)).toMatchObject({ code: 2, plan: undefined });
});

test("a sweep reads standard input, and leaves out what lacks a part where it is asked to", async () => {
  const folder = temporaryFolder();
  const list = JSON.stringify([...rows.map(([text, label]) => ({ text, label })), { text: "alone" }]);
  expect(await dryRun(folder, ["--data", "-"], list)).toMatchObject({ code: 2, plan: undefined });
  const { plan } = await dryRun(folder, ["--data", "-", "--skip-invalid"], list);
  expect(plan?.notes).toContain("Left out 1 row without a part (--skip-invalid).");
});
