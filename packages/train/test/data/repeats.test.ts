import { describe, expect, test } from "vitest";
import { loadDataset } from "../../src/node/data-files.ts";

const kept = "They are kept as the data say, and make validation look better than new texts would.";

/** Texts of two classes with nothing in common; `validation` comes after the eight rows of training. */
function labelled(validation: readonly string[]) {
  const words = "ash beech cedar elm fir larch maple oak".split(" ");
  return [
    ...words.map((text, i) => ({ text: `${text} no. ${i}`, label: `${i % 2}`, split: "train" })),
    ...validation.map((text, i) => ({ text, label: `${i % 2}`, split: "validation" })),
  ];
}

/** What is said of repeats. */
async function said(data: readonly Record<string, unknown>[]): Promise<string[]> {
  const { notes } = await loadDataset({ data });
  return notes.filter((note) => note.includes(kept));
}

describe("validation examples that stand in training", () => {
  test("are counted where the data say so by a column split, with the rows of one, and kept", async () => {
    const data = labelled(["birch", "elm no. 3", "rowan"]);
    expect(await said(data)).toEqual([
      `1 of 3 validation texts also stands in training: row 10 and row 4, for example. ${kept}`,
    ]);
    const { inputs } = await loadDataset({ data });
    expect(inputs.parts.map(({ length }) => length)).toEqual([8, 3]);
  });

  test("are found in another case, with other spaces, punctuation and digits", async () => {
    expect(await said(labelled(["birch", "  ELM  no 17!", "elm"]))).toEqual([
      "1 of 3 validation texts differs from a training text only in case, spaces, punctuation or digits: " +
        `row 10 and row 4, for example. ${kept}`,
    ]);
    expect(await said(labelled(["oak no. 7", "ash no. 0", "Larch: no. 6", "Fir, no"]))).toEqual([
      expect.stringMatching(
        /^2 of 4 validation texts also stand in training, and 2 more differ from a training text only in case, .*: row (9 and row 8|10 and row 1), for example\./,
      ),
    ]);
  });

  test("are named by their row where they have ids", async () => {
    const data = labelled(["birch", "elm no. 3"]).map((row, i) => ({ ...row, id: `id-${20 - i}` }));
    expect((await said(data))[0]).toContain("row 10 and row 4, for example");
  });

  test("are not those without a letter, nor of data without the column", async () => {
    const data = labelled(["17", "?"]);
    expect(await said([{ text: "23", label: "0", split: "train" }, ...data])).toEqual([]);
    const unsplit = labelled(["elm no. 3", "ELM no. 4"]).map(({ split: _, ...row }) => row);
    expect(await said(unsplit)).toEqual([]);
  });

  test("are found among instructions and conversations", async () => {
    const pair = (prompt: string, response: string, split: string) => ({ prompt, response, split });
    expect(
      await said([
        pair("Who\nis it?", "I.", "train"),
        pair("who is it", "I", "val"),
        pair("Who?", "I.", "val"),
      ]),
    ).toEqual([
      expect.stringMatching(
        /^1 of 2 validation examples differs from a training example .*: row 2 and row 1,/,
      ),
    ]);
    const turn = (content: string, split: string) => ({
      messages: [
        { role: "user", content },
        { role: "assistant", content: "Yes." },
      ],
      split,
    });
    expect(await said([turn("Hot?", "train"), turn("Hot?", "dev"), turn("Cold?", "dev")])).toEqual([
      expect.stringMatching(/^1 of 2 validation examples also stands in training: row 2 and row 1,/),
    ]);
  });
});
