import { spamAssassin } from "@lorank/starter";
import { randomStream } from "@lorank/train/engine";

/**
 * Labelled texts that are all different, as lines of JSON: each is mixed from two e-mails of `@lorank/starter`, five words
 * at a time, and cut after `mostWords` words.
 */
export function* mixedTexts(count: number, mostWords = Number.POSITIVE_INFINITY): Generator<string> {
  const emails = spamAssassin().train.map(({ label, text }) => ({ label, words: text.split(/(?<=\s)/) }));
  const stream = randomStream(1, "mixed-texts");
  for (let i = 0; i < count; i++) {
    const [one, other] = [emails[stream.integer(emails.length)]!, emails[stream.integer(emails.length)]!];
    const parts = [`${i} `];
    const longest = Math.max(one.words.length, other.words.length);
    for (let at = 0; at < longest && parts.length < mostWords; at += 5)
      parts.push(...one.words.slice(at, at + 5), ...other.words.slice(at, at + 5));
    yield `${JSON.stringify({ text: parts.join(""), label: one.label })}\n`;
  }
}
