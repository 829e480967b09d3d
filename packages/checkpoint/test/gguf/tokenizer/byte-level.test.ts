import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, test } from "vitest";
import { modelAt } from "../../../src/files/model-folder.ts";
import { modelTokenizer } from "../../../src/model/tokenizer.ts";
import { ggufFile, int32s, text, texts, u32 } from "../../helpers/raw-gguf.ts";

/** The tokenizer of a file that names this way to cut; no merge makes its token `ab`. */
function tokenizerOf(pre: string): Tokenizer {
  const path = ggufFile({
    metadata: [
      ["tokenizer.ggml.model", text("gpt2")],
      ["tokenizer.ggml.pre", text(pre)],
      ["tokenizer.ggml.tokens", texts(["a", "b", "ab", "<s>", "Ã©"])],
      ["tokenizer.ggml.token_type", int32s([1, 1, 1, 3, 1])],
      ["tokenizer.ggml.merges", texts(["Ã ©"])],
      ["tokenizer.ggml.bos_token_id", u32(3)],
    ],
  });
  const { tokenizer, config } = modelTokenizer(modelAt(path));
  return new Tokenizer(tokenizer as never, config as never);
}

/** Words before merging: `_` is a space and `|` a new line. */
function wordsOf(pre: string, input: string): string {
  const cut = (
    tokenizerOf(pre).pre_tokenizer as { pre_tokenize_text(text: string, options: object): string[] }
  ).pre_tokenize_text(input, {});
  return cut.map((word) => word.replaceAll("Ġ", "_").replaceAll("Ċ", "|")).join(" ");
}

/** As the models cut after which llama.cpp named each way; the text's parts show one rule each. */
describe.each<[pre: string, contractions: string, cases: string, digits: string, marks: string]>([
  ["gpt-2", "don 't _DON ' T", "HelloWorld", "12345", "a . | / b"],
  ["phi-2", "don 't _DON ' T", "HelloWorld", "12345", "a . | / b"],
  ["default", "don ' t _DON ' T", "HelloWorld", "123 45", "a . | / b"],
  ["smollm", "don 't _DON ' T", "HelloWorld", "1 2 3 4 5", "a . | / b"],
  ["starcoder", "don 't _DON ' T", "HelloWorld", "1 2 3 4 5", "a . | / b"],
  ["refact", "don 't _DON ' T", "HelloWorld", "1 2 3 4 5", "a . | / b"],
  ["llama-bpe", "don 't _DON 'T", "HelloWorld", "123 45", "a .| /b"],
  ["llama3", "don 't _DON 'T", "HelloWorld", "123 45", "a .| /b"],
  ["llama-v3", "don 't _DON 'T", "HelloWorld", "123 45", "a .| /b"],
  ["falcon3", "don 't _DON 'T", "HelloWorld", "123 45", "a .| /b"],
  ["dbrx", "don 't _DON 'T", "HelloWorld", "123 45", "a .| /b"],
  ["smaug-bpe", "don 't _DON 'T", "HelloWorld", "123 45", "a .| /b"],
  ["qwen2", "don 't _DON 'T", "HelloWorld", "1 2 3 4 5", "a .| /b"],
  ["deepseek-r1-qwen", "don 't _DON 'T", "HelloWorld", "1 2 3 4 5", "a .| /b"],
  ["tekken", "don 't _DON 'T", "Hello World", "1 2 3 4 5", "a .|/ b"],
  ["gpt-4o", "don't _DON'T", "Hello World", "123 45", "a .|/ b"],
])("a vocabulary cut as %s", (pre, contractions, cases, digits, marks) => {
  test("cuts contractions, small letters before large ones, digits and marks as its model", () => {
    expect(wordsOf(pre, "don't DON'T")).toBe(contractions);
    expect(wordsOf(pre, "HelloWorld")).toBe(cases);
    expect(wordsOf(pre, "12345")).toBe(digits);
    expect(wordsOf(pre, "a.\n/b")).toBe(marks);
  });

  test("keeps one space with the word that follows", () => {
    expect(wordsOf(pre, "a  b ")).toBe("a _ _b _");
  });

  test("takes a word that is a token whole, begins texts and composes letters where its model does", () => {
    const encode = (input: string): number[] => tokenizerOf(pre).encode(input).ids;
    const isLlama3 = ["llama-bpe", "llama3", "llama-v3", "falcon3", "tekken"].includes(pre);
    expect(encode("ab")).toEqual(isLlama3 ? [3, 2] : [0, 1]);
    const isQwen = ["qwen2", "deepseek-r1-qwen"].includes(pre);
    expect(encode("e\u0301").includes(4)).toBe(isQwen);
  });
});
