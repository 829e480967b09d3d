import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readData } from "@lorank/tables/node";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { decodeDataset, type TokenizedTokensExample } from "../../src/data/dataset.ts";
import { nodeInputs } from "../../src/node/data-files.ts";
import { prepareTraining } from "../../src/prepare/prepare-training.ts";
import { readRetainedTexts, tokeniseWindows, windowsOfTexts } from "../../src/retain/retained-texts.ts";
import { tinyTexts } from "../helpers/tiny.ts";

function fileOf(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe("readRetainedTexts", () => {
  test.each([
    ["a.txt", "One text\nof two lines.\n\nAnother.\n", ["One text\nof two lines.", "Another."]],
    ["lines.md", "One.\nAnother.\r\n", ["One.", "Another."]],
    ["a.csv", "id,text\n1,One.\n2,Another.\n", ["One.", "Another."]],
    ["a.jsonl", '{"passage": "One."}\n{"passage": "Another."}\n', ["One.", "Another."]],
  ])("reads the texts of %s", async (name, content, texts) => {
    expect(await readRetainedTexts(fileOf(name, content), readData)).toEqual({ name, texts });
  });

  test.each([
    ["a.txt", " \n\n", /a\.txt must hold texts to retain, got none/],
    ["a.csv", "x,y\n1,2\n", /a\.csv must have a column text, got x, y/],
  ])("refuses %s without texts", async (name, content, message) => {
    const reading = readRetainedTexts(fileOf(name, content), readData);
    await expect(reading).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(message),
    });
  });
});

/** A tokenizer of one token a character, with a token before each text. */
const characters = {
  before: [1],
  ids: (text: string) => Array.from(text, (character) => character.charCodeAt(0)),
};

test("a text beyond the length is cut into windows that each begin as a text does, without a lone token", () => {
  const [long, short, exact] = tokeniseWindows(["abcdefg", "x", "abcdef"], characters, 4);
  expect(long!.map(({ id }) => id)).toEqual(["1", "1/2", "1/3"]);
  expect(long!.map(({ inputIds }) => inputIds)).toEqual([
    [1, 97, 98, 99],
    [1, 100, 101, 102],
    [1, 103],
  ]);
  expect(long![0]!.labels).toEqual([97, 98, 99, -100]);
  expect(short).toEqual([{ id: "2", inputIds: [1, 120], labels: [120, -100] }]);
  expect(exact).toHaveLength(2);
  const withoutBefore = { ...characters, before: [] };
  expect(tokeniseWindows(["abcde", "x"], withoutBefore, 4).map((windows) => windows.length)).toEqual([1, 0]);
});

describe("windowsOfTexts", () => {
  const windowsOf = (texts: readonly string[]): TokenizedTokensExample[][] =>
    tokeniseWindows(texts, characters, 512);
  const many = Array.from({ length: 200 }, (_, i) => `a text number ${100 + i}`);
  const trial = { training: [{ prompt: "a text number", response: "yes" }], evaluatedTokens: 0 };
  const tokensIn = (windows: readonly TokenizedTokensExample[]): number =>
    windows.reduce((sum, { inputIds }) => sum + inputIds.length, 0);

  test("a share of compute decides how many texts are taken, evenly, and at least 10", () => {
    const texts = { name: "general", texts: many, computeShare: 0.1 };
    // 18 tokens a text; training costs two forward passes a token.
    const some = windowsOfTexts(texts, { ...trial, trainedTokens: 9000 }, windowsOf);
    expect(some.windows).toHaveLength(100);
    expect(tokensIn(some.windows)).toBe(0.1 * 2 * 9000);
    expect(some.windows.at(-1)!.id).toBe("199");
    expect(some.notes).toEqual([
      "Forgetting is measured on 100 texts of 200 in general (1,800 tokens), about 10 % of a trial's compute; " +
        "none of them is a training text.",
    ]);
    const few = windowsOfTexts(texts, { ...trial, trainedTokens: 10 }, windowsOf);
    expect(few.windows).toHaveLength(10);
    const all = windowsOfTexts({ ...texts, computeShare: 1 }, { ...trial, trainedTokens: 9000 }, windowsOf);
    expect(all.windows).toHaveLength(200);
  });

  test("texts in training are left out: whole, in other spelling, and long passages of them", () => {
    const passage = "the quick brown fox jumps over the lazy dog and runs away into the dark wood";
    const training = [
      { id: "1", prompt: "Say: A text, number 103.", response: "a TEXT, number 104" },
      { id: "2", messages: [{ role: "user", content: `He said that ${passage} at night.` }] },
    ];
    const texts = [...many.slice(0, 10), `It is told: ${passage}.`];
    const { windows, notes } = windowsOfTexts(
      { name: "own.txt", texts },
      { ...trial, training, trainedTokens: 1000 },
      windowsOf,
    );
    const kept = windows.map(({ inputIds }) => String.fromCharCode(...inputIds.slice(1)));
    expect(kept).toEqual(many.slice(0, 10).filter((text) => !text.endsWith("104")));
    expect(notes[1]).toBe("Left out 2 texts of own.txt that are in training, whole or in long passages.");
    const nothing = () =>
      windowsOfTexts(
        { name: "own.txt", texts: ["a text number 104", "another"] },
        { ...trial, training, trainedTokens: 1000 },
        windowsOf,
      );
    expect(nothing).toThrow(
      "own.txt must hold two or more texts to retain that are no training texts, got 1 of 2",
    );
  });
});

describe("prepareTraining", () => {
  const { model, data } = tinyTexts();
  const instructions = data.map(({ text }, i) => ({ prompt: `${text}?`, response: `answer ${i % 3}` }));
  const settings = { model, data: instructions, maxLength: 24 };
  const texts = Array.from({ length: 30 }, (_, i) => `A general text of the world, number ${i + 1}.`);

  test("keeps the windows in the file of the examples, which its hash names", async () => {
    const plain = await prepareTraining(settings, [2], nodeInputs());
    const retain = { name: "general", texts, computeShare: 0.1 };
    const { tokens, dataset, config, notes, ...rest } = await prepareTraining(
      { ...settings, retain },
      [2],
      nodeInputs(),
    );
    const { retained, ...others } = decodeDataset(dataset);
    expect(others).toEqual(plain.tokens);
    expect(new TextDecoder().decode(plain.dataset)).not.toContain("retained");
    expect(config.data.sha256).not.toBe(plain.config.data.sha256);
    expect(tokens.retained).toEqual(retained);
    expect(new Set(retained!.map(({ id }) => id.split("/")[0])).size).toBe(10);
    expect(notes.join("\n")).toContain("Forgetting is measured on 10 texts of 30 in general");
    expect(rest.trainTokens).toBe(plain.trainTokens);
  });

  test("refuses them where classes are learned, by the name of the setting", async () => {
    const wrong = prepareTraining(
      { model, data, retain: "texts.txt", optionName: (name) => `--${name}` },
      [2],
      nodeInputs(),
    );
    await expect(wrong).rejects.toMatchObject({
      code: "E_CONFIG",
      message:
        "--retain must be absent where classes are learned: forgetting needs a base with a language-model head, got texts.txt",
    });
  });
});
