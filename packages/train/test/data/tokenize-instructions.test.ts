import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { textTemplate } from "../../src/data/instruction-format.ts";
import type { Instruction } from "../../src/data/instruction-table.ts";
import { tokenizeInstructionRows } from "../../src/data/tokenize-instructions.ts";
import { tokenizerAt, tokenizerFixture } from "../tokenizer/fixtures.ts";

const llama3 = tokenizerAt(tokenizerFixture("llama3"));
const EOS = llama3.eosId!;
const pair = (prompt: string, response: string, id = "1") => ({ id, prompt, response });
interface Texts extends Partial<Parameters<typeof tokenizeInstructionRows>[2]> {
  readonly train?: readonly Instruction[];
}
const tokenized = ({ train = [pair("The rank?", "Four.")], ...options }: Texts) =>
  tokenizeInstructionRows(train, "train", { tokenizer: llama3, maxLength: 100, ...options });
const first = (options: Texts) => tokenized(options).examples[0]!;

/** The tokens that the labels ask for, and those that lie before the first of them. */
function learned({ inputIds, labels }: { inputIds: readonly number[]; labels: readonly number[] }) {
  labels.forEach((label, i) => {
    expect([-100, inputIds[i + 1]]).toContain(label); // position t is asked for token t + 1
  });
  const given = inputIds.slice(0, labels.findIndex((label) => label !== -100) + 1);
  return { given, asked: labels.filter((label) => label !== -100) };
}

describe("instructions with a text", () => {
  test("asks for the response and the end of the text, given what the model sees when it answers", () => {
    const { given, asked } = learned(first({}));
    expect(given).toEqual(llama3.encode("The rank?\n", 100)); // with the token that begins every text
    expect(asked).toEqual([...llama3.ids("Four."), EOS]);
  });
  test("follows a template, and what stands behind the response is learned with it", () => {
    const template = "Q: {prompt} $& A:{response}\n##";
    const { given, asked } = learned(first({ template }));
    expect(given).toEqual(llama3.encode("Q: The rank? $& A:", 100));
    expect(asked).toEqual([...llama3.ids("Four.\n##"), EOS]);
  });
  test("a token that would span prompt and response is taken apart, and counted", () => {
    // " the" is one token; the prompt ends with its space
    expect(llama3.ids("x the").length).toBeLessThan(llama3.ids("x ").length + llama3.ids("the").length);
    const done = tokenized({
      train: [pair("x", "the"), pair("a", "b")],
      template: "{prompt} {response}",
    });
    const { given, asked } = learned(done.examples[0]!);
    expect(given).toEqual(llama3.encode("x ", 100));
    expect(asked).toEqual([...llama3.ids("the"), EOS]);
    expect(done.straddling).toBe(2);
    expect(tokenized({}).straddling).toBe(0);
  });
  test("a SentencePiece tokenizer puts no space before a response that follows a line feed", () => {
    const tokenizer = tokenizerAt(tokenizerFixture("mistral"));
    const { asked } = learned(first({ tokenizer, train: [pair("a", "the")] }));
    expect(asked).toEqual([...tokenizer.ids("a\nthe").slice(tokenizer.ids("a\n").length), tokenizer.eosId]);
    expect(asked).not.toEqual([...tokenizer.ids("the"), tokenizer.eosId]);
  });
  test.each(["{prompt}", "{response}{prompt}", "{prompt}{response}{response}", ""])(
    "refuses the template %o",
    (template) => {
      expect(() => textTemplate(template)).toThrow(
        expect.objectContaining({
          code: "E_TEMPLATE",
          message: `template must hold {prompt} once and {response} once after it, got ${JSON.stringify(template)}`,
        }),
      );
    },
  );
});

const chatml = readFileSync(fileURLToPath(new URL("../fixtures/chat/chatml.jinja", import.meta.url)), "utf8");
const qwen = { ...tokenizerAt(tokenizerFixture("qwen2")), chatTemplate: chatml };
const messages = [
  { role: "system", content: "S" },
  { role: "user", content: "one" },
  { role: "assistant", content: "1" },
  { role: "user", content: "two" },
  { role: "assistant", content: "2" },
  { role: "user", content: "unanswered" },
];
const END = qwen.ids("<|im_end|>")[0]!;

describe("instructions with a chat template", () => {
  test("asks for the response up to the token that ends its turn, and not for the line feed behind", () => {
    const { given, asked } = learned(first({ tokenizer: qwen }));
    const prompt =
      "<|im_start|>system\nYou answer in few words.<|im_end|>\n<|im_start|>user\nThe rank?<|im_end|>\n<|im_start|>assistant\n";
    expect(given).toEqual(qwen.ids(prompt));
    expect(asked).toEqual([...qwen.ids("Four."), END]);
  });
  test("the last answer of a conversation is learned", () => {
    const train = [{ id: "1", messages }];
    expect(learned(first({ tokenizer: qwen, train })).asked).toEqual([...qwen.ids("2"), END]);
  });
  test("the tokens are those of the whole conversation as the template writes it", () => {
    const train = [{ id: "1", messages: messages.slice(0, 5) }];
    const text =
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\n1<|im_end|>\n" +
      "<|im_start|>user\ntwo<|im_end|>\n<|im_start|>assistant\n2<|im_end|>";
    expect(first({ tokenizer: qwen, train }).inputIds).toEqual(qwen.ids(text));
  });
  test("where the template ends an answer in no special token, the end-of-text token does", () => {
    const tokenizer = {
      ...qwen,
      chatTemplate: "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}",
    };
    const prompt = {
      ...tokenizer,
      chatTemplate: `${tokenizer.chatTemplate}{% if add_generation_prompt %}assistant:{% endif %}`,
    };
    const { asked } = learned(first({ tokenizer: prompt }));
    expect(asked).toEqual([...qwen.ids("Four.\n"), qwen.eosId]);
  });
  test("names the example that a template writes otherwise with its answer, or refuses", () => {
    const odd = { ...qwen, chatTemplate: "{{ messages | length }}" };
    expect(() => first({ tokenizer: odd })).toThrow(
      expect.objectContaining({
        code: "E_CHAT_TEMPLATE",
        message: expect.stringMatching(
          /^example 1: the chat template must write a prompt the same with and without/,
        ),
      }),
    );
    const train = [{ id: "c7", messages }];
    expect(() => first({ train })).toThrow(
      expect.objectContaining({
        code: "E_CHAT_TEMPLATE",
        message:
          "example c7: a conversation must be user, assistant where no chat template writes it, " +
          "got system, user, assistant, user, assistant, user\n" +
          "This model has no chat template: choose one that has, such as an instruct model.",
      }),
    );
  });
});

describe("instructions and lengths", () => {
  test("an example whose response does not fit at all is left out and counted; one cut short is kept", () => {
    const long = pair("x y z ".repeat(10), "b", "2");
    const wordy = pair("a", "x y z ".repeat(10), "3");
    const done = tokenized({ maxLength: 12, train: [pair("The rank?", "Four."), long, wordy] });
    expect(done.examples.map(({ id }) => id)).toEqual(["1", "3"]);
    expect(done.dropped).toBe(1);
    expect(done.shortened).toBe(1 + Number(done.examples[0]!.inputIds.length === 12));
    const cut = done.examples[1]!;
    expect(cut.inputIds).toHaveLength(12);
    expect(cut.labels.at(-1)).toBe(-100);
    expect(learned(cut).asked).not.toContain(EOS);
  });
  test("where a prompt ends just at the limit nothing can be asked for, and one token more is enough", () => {
    const prompt = llama3.encode("The rank?\n", 100).length;
    expect(() => first({ maxLength: prompt })).toThrow(
      expect.objectContaining({
        code: "E_DATASET",
        message: `maxLength must leave room for a response in train, got ${prompt}: all 1 prompts are as long`,
      }),
    );
    expect(learned(first({ maxLength: prompt + 1 })).asked).toEqual(llama3.ids("Four.").slice(0, 1));
  });
});
