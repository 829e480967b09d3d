import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { isNightly } from "../../../scripts/nightly.ts";
import { emailText, manifestOf, prepareEmails, toJsonLines } from "../scripts/prepare-emails.ts";
import { spamAssassin } from "../src/index.ts";

const zipped = readFileSync(new URL("../data/spam-assassin.jsonl.gz", import.meta.url));
const manifest = JSON.parse(
  readFileSync(new URL("../data/spam-assassin.manifest.json", import.meta.url), "utf8"),
);

const numbers = new Map<string, number>();
function numberOf(gram: string): number {
  const known = numbers.get(gram) ?? numbers.size;
  numbers.set(gram, known);
  return known;
}

/** Word 5-grams, as numbers, written anew for this check, apart from the code that made the split. */
function grams(text: string): Set<number> {
  const plain = text
    .toLowerCase()
    .replace(/\b(?:https?:\/\/|www\.)\S+/g, " urltoken ")
    .replace(/\S+@\S+\.\S+/g, " mailtoken ")
    .replace(/\d+/g, "0");
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  if (words.length < 5) return new Set([numberOf(words.join("|"))]);
  return new Set(words.slice(4).map((_, i) => numberOf(words.slice(i, i + 5).join("|"))));
}

describe("the shipped e-mails", () => {
  test("come out of the npm package again, byte for byte", () => {
    const preparation = prepareEmails();
    const lines = toJsonLines(preparation.emails);
    expect(createHash("sha256").update(lines).digest("hex")).toBe(manifest.sha256);
    expect(gunzipSync(zipped).toString("utf8") === lines).toBe(true);
    expect(JSON.parse(JSON.stringify(manifestOf(preparation)))).toEqual(manifest);
  });

  test("have a gzip header without time stamp and take less than 5 MB", () => {
    expect(zipped.readUInt32LE(4)).toBe(0);
    expect(zipped.length).toBeLessThan(5_000_000);
  });

  const nth = isNightly ? 5 : 25;
  test(`no near-duplicate of a validation or test mail is in train: every ${nth}th of them against all of train`, () => {
    const { train, validation, test: held } = spamAssassin();
    const learnt = train.map(({ id, text }) => ({ id, grams: grams(text) }));
    const judged = [...validation, ...held].filter((_, i) => i % nth === 0);
    const leaks: string[] = [];
    let highest = 0;
    for (const { id, text } of judged) {
      const own = grams(text);
      for (const other of learnt) {
        const [small, large] = own.size < other.grams.size ? [own, other.grams] : [other.grams, own];
        if (small.size < 0.4 * large.size) continue; // cannot come near 0.5
        let shared = 0;
        for (const gram of small) if (large.has(gram)) shared++;
        const similarity = shared / (small.size + large.size - shared);
        highest = Math.max(highest, similarity);
        if (similarity >= 0.5) leaks.push(`${id} ${other.id} ${similarity}`);
      }
    }
    expect(leaks).toEqual([]);
    expect(highest).toBeGreaterThan(0.2); // the comparison did find similar mails below the threshold
  });

  test("no subject of two words or more is on two sides", () => {
    const sides = new Map<string, Set<string>>();
    for (const [split, emails] of Object.entries(spamAssassin())) {
      for (const { text } of emails as { text: string }[]) {
        const subject = text
          .slice(9, text.indexOf("\n"))
          .toLowerCase()
          .replace(/\b(re|fwd?|aw|sv)\b/g, "");
        const words = subject.replace(/\d+/g, "0").match(/[\p{L}\p{N}]+/gu) ?? [];
        if (words.length < 2 || /@|www|http/.test(subject)) continue;
        const key = words.join(" ");
        sides.set(key, (sides.get(key) ?? new Set()).add(split));
      }
    }
    expect([...sides].filter(([, splits]) => splits.size > 1).map(([subject]) => subject)).toEqual([]);
  });
});

describe("emailText", () => {
  test("hands on the subject and the body, and no other header", () => {
    const raw =
      "Received: from x\nX-Spam-Status: Yes\nSubject: [ILUG] Hi\nList-Id: <ilug>\nDate: today\n\nBody.\n";
    expect(emailText(raw).text).toBe("Subject: Hi\n\nBody.");
  });

  test("has no text for a mail without one", () => {
    expect(emailText("Subject: empty\n\n \n").text).toBe("");
  });
});
