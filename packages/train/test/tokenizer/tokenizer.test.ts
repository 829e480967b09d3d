import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { randomStream } from "../../src/random.ts";
import { createTokenizer } from "../../src/tokenizer/tokenizer.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tokenizers/${name}`, import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "lorank-tokenizer-"));
afterAll(() => rmSync(temporary, { recursive: true }));

/** A copy of a fixture with its tokenizer.json changed. */
function changed(base: string, change: (json: Record<string, unknown>) => void): string {
  const folder = mkdtempSync(join(temporary, "model-"));
  cpSync(fixture(base), folder, { recursive: true });
  const path = join(folder, "tokenizer.json");
  const json = JSON.parse(readFileSync(path, "utf8"));
  change(json);
  writeFileSync(path, JSON.stringify(json));
  return folder;
}

describe.each(["byte-level", "word-piece"])("createTokenizer on %s", (name) => {
  const tokenizer = createTokenizer(fixture(name));
  const { maxLength, cases } = JSON.parse(readFileSync(join(fixture(name), "expected.json"), "utf8")) as {
    maxLength: number;
    cases: { text: string; ids: number[]; truncated: number[] }[];
  };

  test.each(cases)(
    "gives the ids of the Rust tokenizers, whole and truncated: $text",
    ({ text, ids, truncated }) => {
      expect(tokenizer.encode(text, 1000)).toEqual(ids);
      expect(tokenizer.encode(text, maxLength)).toEqual(truncated);
    },
  );

  test("reading only the start of a long text changes no token of the result", () => {
    const words = [
      "the",
      "answer",
      "rank",
      "letter",
      "adapter's",
      "\n\n",
      "!!!",
      "<sep>",
      "24",
      "東京",
      "we'll",
    ];
    const stream = randomStream(1, name);
    // About eight characters a token, so that the place of the cut is often the place of the last token.
    const gaps = ["", " ", " ", " ", " ".repeat(25)];
    const draw = () => words[stream.integer(words.length)]! + gaps[stream.integer(gaps.length)]!;
    for (let round = 0; round < 30; round++) {
      const text = Array.from({ length: 400 }, draw).join("");
      const whole = tokenizer.encode(text, 100_000);
      const around = tokenizer.encode("", 1000).length;
      for (const length of [around + 1, 16, 33, 100]) {
        const body = length - around;
        expect(tokenizer.encode(text, length).slice(1, 1 + body)).toEqual(whole.slice(1, 1 + body));
      }
    }
  });
  test("a megabyte of text gives the tokens of its first characters", () => {
    const long = "the letter ".repeat(100_000);
    expect(tokenizer.encode(long, 16)).toEqual(tokenizer.encode(long.slice(0, 200), 16));
  });
});

describe("createTokenizer", () => {
  test("adds no special token where the post-processor adds none, whatever bos_token is called", () => {
    const folder = changed("byte-level", (json) => {
      json.post_processor = null;
    });
    expect(createTokenizer(folder).encode("The letter.", 100)).toEqual([329, 314, 16]);
    expect(createTokenizer(folder).encode("", 100)).toEqual([]);
  });
  test("knows the vocabulary's size and the end of a text", () => {
    const bytes = createTokenizer(fixture("byte-level"));
    expect([bytes.vocabSize, bytes.eosId]).toEqual([340, 1]);
    expect(createTokenizer(fixture("word-piece")).eosId).toBeNull();
  });
  test.each([2, 0, 8.5, Number.NaN])(
    "a largest length of %d leaves no room for [CLS], text and [SEP]",
    (length) => {
      expect(() => createTokenizer(fixture("word-piece")).encode("the", length)).toThrow(
        expect.objectContaining({
          code: "E_MAX_LENGTH",
          message: `maxLength must be a whole number above the 2 special tokens, got ${length}`,
        }),
      );
    },
  );

  const failure = (folder: string): { code: string; message: string } => {
    try {
      createTokenizer(folder);
    } catch (error) {
      return error as { code: string; message: string };
    }
    throw new Error("createTokenizer did not throw");
  };
  test.each(["tokenizer.json", "tokenizer_config.json"])("names a missing, broken or wrong %s", (file) => {
    const folder = changed("byte-level", () => {});
    const path = join(folder, file);
    writeFileSync(path, "{");
    expect(failure(folder).message).toMatch(`${path} must hold a JSON object: `);
    writeFileSync(path, "[]");
    expect(failure(folder).message).toBe(`${path} must hold a JSON object: not an object`);
    rmSync(path);
    expect(failure(folder)).toMatchObject({
      code: "E_TOKENIZER",
      message: `${path} must exist: the texts cannot be tokenised without it`,
    });
  });
  test("names a file that describes no known tokenizer", () => {
    const folder = changed("byte-level", (json) => {
      json.model = { type: "Telepathy" };
    });
    const path = join(folder, "tokenizer.json");
    const message = `${path} must be a tokenizer that can be read here: Unknown TokenizerModel type: Telepathy`;
    expect(failure(folder)).toMatchObject({ code: "E_TOKENIZER", message });
  });
  test("refuses a text that the vocabulary cannot spell", () => {
    const folder = changed("word-piece", (json) => {
      const model = json.model as { vocab: Record<string, number>; unk_token: string };
      delete model.vocab["[UNK]"];
      json.added_tokens = [];
    });
    expect(() => createTokenizer(folder).encode("東", 100)).toThrow(
      expect.objectContaining({ code: "E_TOKENIZER" }),
    );
  });
});
