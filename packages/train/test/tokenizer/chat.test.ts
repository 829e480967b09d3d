import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type ChatMessage, renderChat } from "../../src/tokenizer/chat.ts";
import { changedFixture, tokenizerAt, tokenizerFixture } from "./fixtures.ts";

const read = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/chat/${name}`, import.meta.url)), "utf8");

interface Rendered {
  readonly text?: string;
  readonly error?: string;
}
interface Expected {
  readonly tokenizer: string;
  readonly variables: Record<string, unknown>;
  readonly whole: Rendered[];
  readonly prompt: Rendered[];
}
const document = JSON.parse(read("expected.json")) as Record<string, Expected>;
const conversations = document.conversations as unknown as ChatMessage[][];

describe.each(["chatml", "llama3", "gemma", "mistral"])(
  "renderChat with a template like that of %s",
  (name) => {
    const { tokenizer: kind, variables, whole, prompt } = document[name]!;
    const tokenizer = { ...tokenizerAt(tokenizerFixture(kind)), chatTemplate: read(`${name}.jinja`) };
    const outcome = (messages: ChatMessage[], addGenerationPrompt: boolean): Rendered => {
      try {
        return { text: renderChat(tokenizer, messages, { addGenerationPrompt, variables }) };
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        expect(code).toBe("E_CHAT_TEMPLATE");
        return { error: message.replace("the chat template refuses the conversation: ", "") };
      }
    };

    test("writes every conversation as transformers does, and refuses what it refuses with the same words", () => {
      expect(conversations.map((messages) => outcome(messages, false))).toEqual(whole);
      expect(conversations.map((messages) => outcome(messages, true))).toEqual(prompt);
    });
  },
);

const messages = [{ role: "user", content: "Hi" }];

describe("renderChat", () => {
  test("takes the template from the model's folder and the special tokens from its configuration", () => {
    const folder = changedFixture("llama3", (_, config) => {
      config.chat_template = "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}";
    });
    const tokenizer = tokenizerAt(folder);
    const text = renderChat(tokenizer, messages);
    expect(text).toBe("<|begin_of_text|>Hi<|eot|>");
    expect(tokenizer.ids(text)).toEqual([340, ...tokenizer.ids("Hi"), 342]);
  });
  test("a range is Python's, of no more than 100,000 items", () => {
    const render = (chatTemplate: string) =>
      renderChat({ ...tokenizerAt(tokenizerFixture("llama3")), chatTemplate }, messages);
    const loop = (range: string) => `{% for i in ${range} %}{{ i }},{% endfor %}`;
    expect(render(loop("range(3)"))).toBe("0,1,2,");
    expect(render(loop("range(5, 1, -2)"))).toBe("5,3,");
    expect(render(loop("range(2, 2)"))).toBe("");
    expect(() => render(loop("range(1000000000)"))).toThrow(
      "a range must have at most 100000 items, got 1000000000",
    );
  });
  const chain = ".replace('a', 'aa')".repeat(40);
  const doubling = (set: string) => `{% set ns = namespace(v=${set}) %}{% for i in range(60) %}`;
  const doubled = `{% set ns = namespace(v='a') %}{% for i in range(21) %}{% set ns.v = ns.v ~ ns.v %}{% endfor %}`;
  test.each([
    ["replacements that double", `{{ 'a'${chain} }}`],
    [
      "a replacement under another name",
      `{% set f = ('a'${".replace('a', 'aa')".repeat(20)}).replace %}{{ f('a', 'aaaaaaaaaaaaaaaaa') }}`,
    ],
    ["filters that double", `{{ 'a'${"|replace('a', 'aa')".repeat(40)} }}`],
    [
      "a filter around a text that doubles",
      `${"{% filter replace('a', 'aa') %}".repeat(40)}a${"{% endfilter %}".repeat(40)}`,
    ],
    ["a text that doubles", `${doubling("'a'")}{% set ns.v = ns.v ~ ns.v %}{% endfor %}{{ ns.v }}`],
    ["a list that doubles", `${doubling("['a']")}{% set ns.v = ns.v + ns.v %}{% endfor %}{{ ns.v }}`],
    ["a list in itself", `${doubling("['a']")}{% set ns.v = [ns.v, ns.v] %}{% endfor %}{{ ns.v }}`],
    ["a wide join", `{{ range(100000)|join('${"a".repeat(1000)}') }}`],
    ["a wide indent", "{{ 'a\\nb'|indent(1000000000) }}"],
    ["a wide JSON", "{{ [1]|tojson(indent=1000000000) }}"],
    ["a text of two million pieces", `${doubled}{{ ns.v.split('a')|length }}`],
    ["a long output", `{% for i in range(100000) %}${"a".repeat(1000)}{% endfor %}`],
  ])("stops %s", (_, chatTemplate) => {
    // The counts stop it, however slow the machine is.
    const tokenizer = { ...tokenizerAt(tokenizerFixture("llama3")), chatTemplate };
    expect(() => renderChat(tokenizer, messages, { deadline: 1e9 })).toThrow(
      expect.objectContaining({
        code: "E_CHAT_TEMPLATE",
        message: expect.stringMatching(
          /a template must make texts and lists of at most \d+ characters and elements, got more|Invalid string length/,
        ),
      }),
    );
  });
  test.each([
    [`{%${" ".repeat(900_000)}`, "at most 100000 characters, got 900002"],
    [`{%${" ".repeat(1001)}`, "at most 1000 white space characters in a row, got more"],
  ])("does not read a template that would take the square of its spaces", (chatTemplate, rule) => {
    const tokenizer = { ...tokenizerAt(tokenizerFixture("llama3")), chatTemplate };
    expect(() => renderChat(tokenizer, messages)).toThrow(`the chat template must have ${rule}`);
  });
  test.each([
    [null, "the model must have a chat template to write conversations, got none"],
    ["{% for %}", "the chat template must be Jinja that can be read here: "],
    ["{{ nothing.at.all() }}", "the chat template refuses the conversation: "],
  ])("an error in the template %o has a code and a reason", (chatTemplate, message) => {
    const tokenizer = { ...tokenizerAt(tokenizerFixture("llama3")), chatTemplate };
    expect(() => renderChat(tokenizer, messages)).toThrow(
      expect.objectContaining({ code: "E_CHAT_TEMPLATE", message: expect.stringContaining(message) }),
    );
  });
});
