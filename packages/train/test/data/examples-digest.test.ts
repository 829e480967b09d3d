import { createHash } from "node:crypto";
import { readData } from "@lorank/tables/node";
import { describe, expect, test } from "vitest";
import type { DataOptions } from "../../src/data/data-options.ts";
import { examplesSha256 } from "../../src/data/examples-digest.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { tokenizerAt, tokenizerFixture } from "../tokenizer/fixtures.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("examplesSha256", () => {
  test("is over a line an example: text and label, without names and groups", () => {
    const texts = [
      { id: "b", text: 'Grüße\tan "Jörg" \\ud800', label: "ham" },
      { id: "a", text: "win 💰\n", label: "spam", group: "g1" },
    ];
    expect(examplesSha256(texts)).toBe(
      sha256('["Grüße\\tan \\"Jörg\\" \\\\ud800","ham"]\n["win 💰\\n","spam"]\n'),
    );
    expect(examplesSha256([])).toBe(sha256(""));
  });

  test("is over prompt and response, or all members of a conversation's messages, in one order", () => {
    const messages = [
      { role: "user", content: "1 + 1?", weight: 0 },
      { content: "2", role: "assistant" },
    ];
    const examples = [
      { id: "0", prompt: "1 + 2?", response: "3" },
      { id: "1", messages },
    ];
    expect(examplesSha256(examples)).toBe(
      sha256(
        '["1 + 2?","3"]\n' +
          '[{"content":"1 + 1?","role":"user","weight":0},{"content":"2","role":"assistant"}]\n',
      ),
    );
  });

  test("has U+FFFD for half a character, as UTF-8 has", () => {
    expect(examplesSha256([{ id: "0", text: "a\ud83d\\", label: "\udcb0" }])).toBe(
      sha256('["a\ufffd\\\\","\ufffd"]\n'),
    );
  });
});

describe("examplesSha256Of", () => {
  const texts = Array.from({ length: 24 }, (_, i) => ({
    ...{ text: `text ${i}`, label: "ab"[i % 2]! },
    split: i < 10 ? "train" : i < 18 ? "validation" : "test",
  }));
  const llama3 = tokenizerFixture("llama3");

  async function digests(options: DataOptions, tokenizer = llama3, maxLength = 400) {
    const loaded = await loadDataset({ testExamples: 6, ...options }, readData);
    const { dataset, test: set } = loaded.tokenise(tokenizerAt(tokenizer), maxLength);
    return {
      validation: loaded.examplesSha256Of("validation", dataset.validation),
      test: loaded.examplesSha256Of("test", set!.test),
    };
  }
  const swapped = (i: number, j: number) => texts.with(i, texts[j]!).with(j, texts[i]!);

  test("follows texts, labels and order of its own part alone", async () => {
    const { validation, test: tested } = await digests({ data: texts });
    expect(tested).not.toBe(validation);
    const relabelled = texts.with(10, { ...texts[10]!, label: "b" });
    for (const data of [swapped(10, 12), relabelled])
      expect(await digests({ data })).toEqual({
        validation: expect.not.stringMatching(validation),
        test: tested,
      });
    expect(await digests({ data: swapped(18, 20) })).toEqual({
      validation,
      test: expect.not.stringMatching(tested),
    });
    expect(await digests({ data: swapped(0, 2) })).toEqual({ validation, test: tested });
    expect(await digests({ data: texts, trainExamples: 6 })).toEqual({ validation, test: tested });
  });

  test("is the same for any tokenizer and length, unless an example is left out for want of room", async () => {
    const options = { data: texts };
    const whole = await digests(options);
    for (const other of ["gpt2", "bert-uncased"])
      expect(await digests(options, tokenizerFixture(other), 3)).toEqual(whole);
    const prompts = texts.map(({ text, label, split }, i) => {
      return { prompt: i === 11 ? "long ".repeat(40) : text, response: label, split };
    });
    const all = await digests({ data: prompts });
    expect(await digests({ data: prompts }, tokenizerFixture("gpt2"))).toEqual(all);
    const fewer = await digests({ data: prompts }, llama3, 20);
    expect(fewer.validation).not.toBe(all.validation);
    expect(fewer).toEqual(
      await digests({ data: prompts.with(11, { ...prompts[11]!, split: "train" }) }, llama3, 20),
    );
  });
});
