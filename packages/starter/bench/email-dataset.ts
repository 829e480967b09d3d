import { createHash } from "node:crypto";
import type { TokenizedClassification } from "@lorank/train/data";
import { loadEncoder } from "../scripts/token-stream.ts";
import { type Email, spamAssassin } from "../src/index.ts";

export interface EmailDatasetOptions {
  readonly train: number;
  readonly validation: number;
  /** Tokens kept of each e-mail. */
  readonly maxLength: number;
}

/** A fixed part of the training and validation e-mails, tokenised: those whose ids have the smallest digests. */
export function emailDataset({ train, validation, maxLength }: EmailDatasetOptions): TokenizedClassification {
  const encode = loadEncoder();
  const split = spamAssassin();
  const digest = ({ id }: Email): string => createHash("sha256").update(id).digest("hex");
  const pick = (emails: readonly Email[], count: number) =>
    emails
      .map((email) => ({ email, key: digest(email) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, count)
      .map(({ email: { id, label, text } }) => ({
        id,
        inputIds: encode(text).slice(0, maxLength),
        label: label === "spam" ? 1 : 0,
      }));
  return {
    name: "spam-assassin",
    task: { kind: "classification", labels: ["ham", "spam"] },
    train: pick(split.train, train),
    validation: pick(split.validation, validation),
  };
}
