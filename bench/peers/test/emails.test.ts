import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spamAssassin } from "@lorank/starter";
import { readDataRows } from "@lorank/tables/node";
import { expect, test } from "vitest";
import { writeEmails } from "../driver/emails.ts";

test("the CSV holds e-mails of both splits as they are, quotes and line breaks included", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lorank-peers-"));
  const file = join(folder, "emails.csv");
  const guessing = writeEmails(file, 64);
  const rows = await readDataRows(file);
  rmSync(folder, { recursive: true });
  const splits = spamAssassin();
  for (const split of ["train", "validation"] as const) {
    const written = rows.filter(({ values }) => values.get("split") === split);
    expect(new Set(written.map(({ values }) => values.get("text"))).size).toBe(64);
    const labels = new Map(splits[split].map(({ text, label }) => [text, label]));
    for (const { values } of written)
      expect(labels.get(values.get("text") as string)).toBe(values.get("label"));
    // about a third of the e-mails is spam: without drawing, the first 64 would be of one kind
    const spam = written.filter(({ values }) => values.get("label") === "spam").length;
    expect(spam).toBeGreaterThan(8);
    expect(spam).toBeLessThan(56);
  }
  expect(rows).toHaveLength(128);
  const judged = rows.filter(({ values }) => values.get("split") === "validation");
  const ham = judged.filter(({ values }) => values.get("label") === "ham").length;
  expect(guessing).toBe(ham / 64); // most e-mails are not spam
});
