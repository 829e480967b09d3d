/** E-mail from the SpamAssassin corpus. */
export interface Email {
  /** Group and number in the source: `easy-ham-1/00008`. */
  readonly id: string;
  readonly label: "ham" | "spam";
  /** Subject line, a blank line and the body; at most 4,000 UTF-16 units. */
  readonly text: string;
}

/** Training, validation and test mails. Near-duplicates and mails with equal subjects lie in the same part. */
export interface EmailSplits {
  readonly train: Email[];
  readonly validation: Email[];
  readonly test: Email[];
}

/** Splits the unpacked text of `data/spam-assassin.jsonl.gz`. */
export function emailSplits(jsonl: string): EmailSplits {
  const splits: EmailSplits = { train: [], validation: [], test: [] };
  for (const line of jsonl.split("\n")) {
    if (line === "") continue;
    const { split, ...email } = JSON.parse(line) as Email & { readonly split: keyof EmailSplits };
    splits[split].push(email);
  }
  return splits;
}
