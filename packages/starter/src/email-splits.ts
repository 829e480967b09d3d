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

/** The messages of `data/spam-assassin.jsonl.gz`, from its text after unpacking. */
export function emailSplits(jsonl: string): EmailSplits {
  const splits: EmailSplits = { train: [], validation: [], test: [] };
  for (const line of jsonl.split("\n")) {
    if (line === "") continue;
    const { split, ...email } = JSON.parse(line) as Email & { readonly split: keyof EmailSplits };
    splits[split].push(email);
  }
  return splits;
}
