import { writeFileSync } from "node:fs";
import { type Email, spamAssassin } from "@lorank/starter";
import { randomStream } from "@lorank/train";

/** Writes `count` training and `count` validation e-mails with the columns text, label and split. */
export function writeEmails(path: string, count: number): void {
  const { train, validation } = spamAssassin();
  const rows = [...drawn(train, count, "train"), ...drawn(validation, count, "validation")];
  writeFileSync(path, `text,label,split\n${rows.join("\n")}\n`);
}

function drawn(emails: readonly Email[], count: number, split: string): string[] {
  const order = randomStream(0, "peers", split).shuffle(emails.length).subarray(0, count);
  return Array.from(order, (index) => {
    const { text, label } = emails[index]!;
    return `"${text.replaceAll('"', '""')}",${label},${split}`;
  });
}
