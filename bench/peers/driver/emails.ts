import { writeFileSync } from "node:fs";
import { type Email, spamAssassin } from "@lorank/starter";
import { randomStream } from "@lorank/train/engine";

/**
 * Writes `count` training and `count` validation e-mails with the columns text, label and split. Returns the accuracy
 * of guessing one class for all validation e-mails: who does not beat it has learned nothing.
 */
export function writeEmails(path: string, count: number): number {
  const { train, validation } = spamAssassin();
  const judged = drawn(validation, count, "validation");
  const rows = [...csvRows(drawn(train, count, "train"), "train"), ...csvRows(judged, "validation")];
  writeFileSync(path, `text,label,split\n${rows.join("\n")}\n`);
  const spam = judged.filter(({ label }) => label === "spam").length;
  return Math.max(spam, count - spam) / count;
}

function drawn(emails: readonly Email[], count: number, split: string): Email[] {
  const order = randomStream(0, "peers", split).shuffle(emails.length).subarray(0, count);
  return Array.from(order, (index) => emails[index]!);
}

function csvRows(emails: readonly Email[], split: string): string[] {
  return emails.map(({ text, label }) => `"${text.replaceAll('"', '""')}",${label},${split}`);
}
