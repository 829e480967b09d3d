import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/random/random.ts";
import { changedFixture, tokenizerAt, tokenizerFixture } from "./fixtures.ts";

describe.each(["gpt2", "llama3", "qwen2", "bert-uncased", "roberta-prefix"])(
  "createTokenizer on %s",
  (name) => {
    const tokenizer = tokenizerAt(tokenizerFixture(name));

    test("reading only the start of a long text changes no token of the result", () => {
      const words = [
        "the",
        "answer",
        "rank",
        "adapter's",
        "\n\n",
        "!!!",
        "<s>",
        "<mask>",
        "24",
        "東京",
        "we'll",
      ];
      const stream = randomStream(1, name);
      // About eight characters a token, so that the place of the cut is often the place of the last token.
      const gaps = ["", " ", " ", " ", " ".repeat(25)];
      const draw = () => words[stream.integer(words.length)]! + gaps[stream.integer(gaps.length)]!;
      for (let round = 0; round < 20; round++) {
        const text = Array.from({ length: 400 }, draw).join("");
        const whole = tokenizer.ids(text);
        const { before, after } = tokenizer;
        for (const room of [1, 16, 33, 100]) {
          const length = before.length + room + after.length;
          expect(tokenizer.encode(text, length)).toEqual([...before, ...whole.slice(0, room), ...after]);
        }
      }
    });
    test("a megabyte of text gives the tokens of its first characters", () => {
      const long = "the letter ".repeat(100_000);
      expect(tokenizer.encode(long, 16)).toEqual(tokenizer.encode(long.slice(0, 200), 16));
    });
  },
);

describe("createTokenizer", () => {
  test("adds no special token where the post-processor adds none, whatever bos_token is called", () => {
    const folder = changedFixture("llama3", (json) => {
      json.post_processor = null;
    });
    expect(tokenizerAt(folder).encode("", 100)).toEqual([]);
    expect(tokenizerAt(tokenizerFixture("llama3")).encode("", 100)).toEqual([340]);
  });
  test("knows the special tokens and their ids", () => {
    const roberta = tokenizerAt(tokenizerFixture("roberta"));
    expect([roberta.before, roberta.after, roberta.eosId, roberta.padId]).toEqual([[0], [2], 2, 1]);
    expect(roberta.specialTokens).toMatchObject({ bos_token: "<s>", mask_token: "<mask>" });
    const bert = tokenizerAt(tokenizerFixture("bert-uncased"));
    expect([bert.eosId, bert.padId]).toEqual([null, 0]);
  });
  test("a token that only tokenizer_config.json names is found in the text and gets the next free id", () => {
    const folder = changedFixture("llama3", (_, config) => {
      config.pad_token = "<filler>";
    });
    const tokenizer = tokenizerAt(folder);
    expect(tokenizer.ids("<filler>")).toEqual([343]);
    expect([tokenizer.padId, tokenizer.vocabSize]).toEqual([343, 344]);
    expect(tokenizerAt(tokenizerFixture("llama3")).ids("<filler>").length).toBeGreaterThan(1);
  });
  test("a special token that tokenizer_config.json leaves out is its class's, and null takes it away", () => {
    const without = changedFixture("gpt2", (_, config) => {
      config.eos_token = null;
    });
    expect(tokenizerAt(tokenizerFixture("gpt2")).specialTokens.eos_token).toBe("<|endoftext|>");
    expect(tokenizerAt(without).specialTokens).not.toHaveProperty("eos_token");
  });
  test("tokenizer_config.json decides about case, as it does in transformers", () => {
    const folder = changedFixture("bert-cased", (_, config) => {
      config.do_lower_case = true;
    });
    const cased = tokenizerAt(tokenizerFixture("bert-cased"));
    expect(tokenizerAt(folder).ids("THE")).toEqual(cased.ids("the"));
    expect(cased.ids("THE")).not.toEqual(cased.ids("the"));
  });
  test("a document as long as a book and without a space is tokenised whole", () => {
    for (const kind of ["gpt2", "llama2", "gemma", "unigram", "bert-uncased"]) {
      const tokenizer = tokenizerAt(tokenizerFixture(kind), { deadline: 1e9 }); // a busy machine takes its time
      expect(tokenizer.ids("e".repeat(200_000)).length).toBeGreaterThan(0);
    }
  });
  test("words that have been seen, and more words than are remembered, change no token", () => {
    const text = "the answer, the Answer: 東京 and the answer again";
    const tokenizer = tokenizerAt(tokenizerFixture("gpt2"));
    const first = tokenizer.ids(text);
    expect(tokenizer.ids(text)).toEqual(first);
    const many = Array.from({ length: 60_000 }, (_, i) => `a${i.toString(36)}`).join(" ");
    const all = tokenizer.ids(many);
    expect(tokenizer.ids(text)).toEqual(first);
    expect(tokenizer.ids(many)).toEqual(all);
  });
  test.each([2, 0, 8.5, Number.NaN])(
    "a largest length of %d leaves no room for [CLS], text and [SEP]",
    (length) => {
      expect(() => tokenizerAt(tokenizerFixture("bert-uncased")).encode("the", length)).toThrow(
        expect.objectContaining({
          code: "E_MAX_LENGTH",
          message: `maxLength must be a whole number above the 2 special tokens, got ${length}`,
        }),
      );
    },
  );
  test("a regular expression that never ends is stopped, and the text is named", () => {
    const folder = changedFixture("gpt2", (json, config) => {
      config.tokenizer_class = "PreTrainedTokenizerFast";
      json.pre_tokenizer = {
        type: "Split",
        pattern: { Regex: "(a+)+$" },
        behavior: "Isolated",
        invert: false,
      };
    });
    const tokenizer = tokenizerAt(folder, { deadline: 200 });
    expect(tokenizer.ids("aaa")).toHaveLength(3);
    expect(() => tokenizer.encode(`${"a".repeat(60)}b`, 100)).toThrow(
      expect.objectContaining({
        code: "E_TOKENIZER",
        message:
          `a text must be tokenised within 0.2 s, got more for one of 61 characters that begins "${"a".repeat(40)}": ` +
          `a regular expression in ${join(folder, "tokenizer.json")} may never end on it`,
      }),
    );
    expect(tokenizer.ids("aaa")).toHaveLength(3);
  });

  const failure = (folder: string): { code: string; message: string } => {
    try {
      tokenizerAt(folder);
    } catch (error) {
      return error as { code: string; message: string };
    }
    throw new Error("createTokenizer did not throw");
  };
  test("names a missing and a broken tokenizer.json", () => {
    const folder = changedFixture("gpt2", () => {});
    const path = join(folder, "tokenizer.json");
    writeFileSync(path, "{");
    expect(failure(folder)).toMatchObject({ code: "E_TOKENIZER", message: expect.stringContaining(path) });
    rmSync(path);
    expect(failure(folder)).toMatchObject({
      code: "E_TOKENIZER",
      message: expect.stringContaining(`${folder} must hold tokenizer.json, got none`),
    });
  });
  test.each([
    ["model", { type: "Telepathy" }, "Unknown TokenizerModel type: Telepathy"],
    ["normalizer", { type: "Tidy" }, "Unknown Normalizer type: Tidy"],
    ["pre_tokenizer", { type: "Scissors" }, "Unknown PreTokenizer type: Scissors"],
    [
      "post_processor",
      { type: "BertProcessing", cls: ["<cls>", 7], sep: ["<sep>", 8] },
      'post_processor names "<cls>", which is no token',
    ],
    [
      "post_processor",
      { type: "TemplateProcessing", single: [{ SpecialToken: { id: "<|eot|>", type_id: 0 } }], pair: [] },
      "post_processor must hold the text once, got it nowhere",
    ],
  ])("names a file with a %s that is unknown here: %o", (part, value, reason) => {
    const folder = changedFixture("llama3", (json) => {
      json[part] = value;
    });
    const path = join(folder, "tokenizer.json");
    const message = `${path} must be a tokenizer that can be read here: ${reason}`;
    expect(failure(folder)).toMatchObject({ code: "E_TOKENIZER", message });
  });
  test.each<[string, (json: Record<string, unknown>, model: Record<string, unknown>) => void, string]>([
    [
      "vocab of null",
      (_, model) => (model.vocab = [null]),
      "model.vocab[0] must be a token and its score, got null",
    ],
    [
      "an id of 4e9",
      (_, model) => (model.vocab = { a: 4e9 }),
      'model.vocab["a"] must be an integer from 0 to 16777215, got 4000000000',
    ],
    ["no merges", (_, model) => delete model.merges, "model.merges must be a list, got nothing"],
    [
      "a merge of one",
      (_, model) => (model.merges = ["a"]),
      'model.merges[0] must be two tokens with a space between, got "a"',
    ],
    [
      "an added token of null",
      (json) => (json.added_tokens = [null]),
      "added_tokens[0] must be an object, got null",
    ],
    [
      "a pattern of its own kind, which must not reach the terminal",
      (json) => (json.normalizer = { type: "Replace", pattern: { "\u001b[2J": "" }, content: "" }),
      'normalizer.pattern must be { "String": string } or { "Regex": string }, got an object',
    ],
    [
      "sequences in sequences",
      (json) => {
        for (let i = 0, inner: object = { type: "NFC" }; i < 10; i++) {
          inner = { type: "Sequence", pretokenizers: [inner] };
          json.pre_tokenizer = inner;
        }
      },
      `pre_tokenizer${".pretokenizers[0]".repeat(9)} must be nested at most 8 deep, got 9`,
    ],
    [
      "more steps than anybody needs",
      (json) => (json.normalizer = { type: "Sequence", normalizers: Array(65).fill({ type: "NFC" }) }),
      "normalizer must be at most 64 steps, got 65",
    ],
    [
      "a mark of many characters",
      (json) => (json.pre_tokenizer = { type: "Metaspace", replacement: "__" }),
      'pre_tokenizer.replacement must be one character, got "__"',
    ],
  ])("names field, rule and value of %s", (_, change, problem) => {
    const folder = changedFixture("llama3", (json) => change(json, json.model as Record<string, unknown>));
    const message = `${join(folder, "tokenizer.json")}: ${problem}`;
    expect(failure(folder)).toMatchObject({ code: "E_TOKENIZER", message });
  });

  test.each([
    ["forty replacements that double", Array(40).fill({ pattern: { String: "a" }, content: "aa" })],
    ["one replacement with a long text", [{ pattern: { Regex: "" }, content: "a".repeat(1_000_000) }]],
  ])("stops a normaliser of %s", (_, replacements) => {
    const folder = changedFixture("llama3", (json, config) => {
      config.tokenizer_class = "PreTrainedTokenizerFast";
      const normalizers = replacements.map((each) => ({ type: "Replace", ...each }));
      json.normalizer = { type: "Sequence", normalizers };
    });
    expect(() => tokenizerAt(folder).ids("a".repeat(1000))).toThrow(
      expect.objectContaining({
        code: "E_TOKENIZER",
        message: expect.stringContaining(
          "normalizer must make at most 33000 characters of a text (32 times its own and 1000), got more",
        ),
      }),
    );
  });

  test("refuses a text that the vocabulary cannot spell", () => {
    const folder = changedFixture("bert-uncased", (json, config) => {
      config.tokenizer_class = "PreTrainedTokenizerFast";
      config.unk_token = null;
      delete (json.model as { vocab: Record<string, number> }).vocab["[UNK]"];
      json.added_tokens = [];
    });
    rmSync(join(folder, "config.json"));
    expect(() => tokenizerAt(folder).encode("ж", 100)).toThrow(
      expect.objectContaining({
        code: "E_TOKENIZER",
        message: 'the tokenizer must have an id or an unk_token for every text, got "[UNK]"',
      }),
    );
  });
});
