import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type EmailSplits, emailSplits } from "./email-splits.ts";

/** Reads the shipped e-mail data set: 5,861 messages, about 60 / 20 / 20 %. Each call returns new arrays. */
export function spamAssassin(): EmailSplits {
  const packed = readFileSync(new URL("../data/spam-assassin.jsonl.gz", import.meta.url));
  return emailSplits(gunzipSync(packed).toString("utf8"));
}
