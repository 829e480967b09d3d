import { describe, expect, test } from "vitest";
import { pretrainingDocuments } from "../scripts/corpus.ts";
import { spamAssassin } from "../src/index.ts";

const documents = pretrainingDocuments();
const { train, validation, test: held } = spamAssassin();

/** Word 8-grams: long enough that sharing one is quoting, not chance. */
function eightGrams(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(7).map((_, i) => words.slice(i, i + 8).join(" "));
}

describe("pretrainingDocuments", () => {
  test("holds all addresses, the novel in order and the train e-mails without labels", () => {
    const of = (source: string) =>
      documents.filter((document) => document.source === source).map(({ text }) => text);
    expect(of("sotu")).toHaveLength(233);
    expect(of("sotu")[0]).toMatch(/^Fellow-Citizens of the Senate/); // Washington, 1790
    expect(of("moby-dick")).toHaveLength(136); // 135 chapters and the epilogue
    expect(of("moby-dick")[0]).toMatch(/^Loomings\.\n\nCall me Ishmael\./);
    expect(of("moby-dick")[9]).toMatch(/^A Bosom Friend/); // chapter 10, which sorts after 1 as text
    expect(of("email")).toEqual(train.map(({ text }) => text));
  });

  test("holds no validation or test e-mail", () => {
    const texts = new Set(documents.map(({ text }) => text.toLowerCase().replace(/\s+/g, " ")));
    const seen = [...validation, ...held].filter(({ text }) =>
      texts.has(text.toLowerCase().replace(/\s+/g, " ")),
    );
    expect(seen.map(({ id }) => id)).toEqual([]);
  });

  test("no validation or test e-mail quotes 2 % of its 8-grams from the books", () => {
    const asked = new Set([...validation, ...held].flatMap(({ text }) => eightGrams(text)));
    const quoted = new Set<string>();
    let scanned = 0;
    for (const { source, text } of documents) {
      if (source === "email") continue;
      for (const gram of eightGrams(text)) {
        scanned++;
        if (asked.has(gram)) quoted.add(gram);
      }
    }
    expect(scanned).toBeGreaterThan(1_900_000); // nothing was skipped
    const quoting = [...validation, ...held].filter(({ text }) => {
      const own = eightGrams(text);
      return own.filter((gram) => quoted.has(gram)).length > 0.02 * own.length;
    });
    expect(quoting.map(({ id }) => id)).toEqual([]);
  });
});
