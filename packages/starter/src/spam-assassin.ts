import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** One message of the SpamAssassin corpus as a model sees it. */
export interface Email {
  /** Group and number in the source, for example `easy-ham-1/00008`. */
  readonly id: string;
  readonly label: "ham" | "spam";
  /** `Subject: …`, a blank line, the body; at most 4,000 UTF-16 units. No other header. */
  readonly text: string;
}

/** The fixed split. No near-duplicate and no two mails with the same subject lie on different sides. */
export interface EmailSplits {
  readonly train: Email[];
  readonly validation: Email[];
  readonly test: Email[];
}

/** Reads the shipped e-mail data set: 5,861 messages, about 60 / 20 / 20 %. Each call returns new arrays. */
export function spamAssassin(): EmailSplits {
  const lines = gunzipSync(readFileSync(new URL("../data/spam-assassin.jsonl.gz", import.meta.url))).toString(
    "utf8",
  );
  const splits: EmailSplits = { train: [], validation: [], test: [] };
  for (const line of lines.split("\n")) {
    if (line === "") continue;
    const { split, ...email } = JSON.parse(line) as Email & { readonly split: keyof EmailSplits };
    splits[split].push(email);
  }
  return splits;
}
