import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, temporaryFolder } from "./cli.ts";

const rows = Array.from({ length: 12 }, (_, i) => [`Grüße ${i}, Jörg`, i % 2 ? "ham" : "spam"] as const);
const semicolons = `sep=;\r\ntext;label\r\n${rows.map((row) => `${row.join(";")}\r\n`).join("")}`;

interface Plan {
  readonly notes: readonly string[];
}

async function dryRun(cwd: string, args: readonly string[], input?: string) {
  const run = await cli(["sweep", "--dry-run", "--json", ...args], { cwd, ...(input && { input }) });
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
  const refused = await dryRun(folder, ["--data", "-"], list);
  expect(refused.code).toBe(2);
  expect(refused.stdout + refused.stderr).toContain(
    "every row of standard input must have a label, got none in row 13",
  );
  expect(refused.stdout + refused.stderr).toContain("--skip-invalid leaves this row of 13 out.");
  const { plan } = await dryRun(folder, ["--data", "-", "--skip-invalid"], list);
  expect(plan?.notes).toContain("Left out 1 row without a part (--skip-invalid).");
});

test("an evaluation reads the same forms", async () => {
  const pairs = `prompt;response\n${rows.map(([text], i) => `${text};${i}\n`).join("")};nothing asked\n`;
  const args = ["eval", "starter", "--data", "-", "--delimiter", ";", "--max-length", "16"];
  const cwd = temporaryFolder();
  const refused = await cli(args, { cwd, input: pairs });
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toBe(
    "error: every row of standard input must have a prompt, got none in row 14\n" +
      "--skip-invalid leaves this row of 13 out.\n",
  );
  const run = await cli([...args, "--skip-invalid"], { cwd, input: pairs });
  expect(run.code).toBe(0);
  expect(run.stderr).toBe(
    "Left out 1 row without a part (--skip-invalid).\n" +
      "12 of 12 examples are longer than 16 tokens and are cut or left out; --max-length 17 keeps all whole.\n",
  );
  expect(run.stdout).toContain("12 examples");
  const noFile = await cli(["eval", "starter", "--encoding", "utf-8"], { cwd });
  expect(noFile.stderr).toBe("error: --encoding must be absent with spam-assassin, which is no file\n");
});
