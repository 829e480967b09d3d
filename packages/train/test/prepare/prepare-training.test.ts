import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { describe, expect, test } from "vitest";
import { decodeDataset, decodeTestExamples } from "../../src/data/dataset.ts";
import { nodeInputs } from "../../src/node/data-files.ts";
import { prepareTraining } from "../../src/prepare/prepare-training.ts";
import { tinyConfig, tinyTexts } from "../helpers/tiny.ts";
import { tokenizerAt } from "../tokenizer/fixtures.ts";

const request = tinyTexts();

describe("prepareTraining", () => {
  test("fills in the defaults, and names the data by the hash of its tokens", async () => {
    const { config, tokens, dataset, test, maxLength, trainTokens } = await prepareTraining(
      request,
      [2],
      nodeInputs(),
    );
    expect(config).toMatchObject({
      data: { name: "data", sha256: sha256Hex(dataset), trainExamples: 32, validationExamples: 8 },
      task: { kind: "classification", labels: ["ham", "spam"] },
      lora: { alpha: { kind: "fixed", alpha: 32 }, targetModules: expect.arrayContaining(["q_proj"]) },
    });
    expect(config).not.toHaveProperty("compute");
    expect(decodeDataset(dataset)).toEqual(tokens);
    expect(trainTokens).toBe(tokens.train.reduce((sum, { inputIds }) => sum + inputIds.length, 0));
    expect(maxLength).toBe(64); // the model has no more positions
    expect(test).toBeUndefined();
  });

  test("warns of a training of one step, which the warm-up leaves without a learning rate", async () => {
    const notesOf = async (settings: object) =>
      (await prepareTraining({ ...request, epochs: 1, ...settings }, [2], nodeInputs())).notes.join("\n");
    const warning = "This training has one step, whose learning rate is 0 because of the warm-up";
    expect(await notesOf({ batchSize: 32 })).toContain(`${warning}: nothing is learned. More examples`);
    for (const settings of [{ batchSize: 31 }, { batchSize: 32, epochs: 2 }, { batchSize: 32, warmup: 0 }])
      expect(await notesOf(settings)).not.toContain(warning);
  });

  test("counts what is cut and the classes", async () => {
    const { cut, classes } = await prepareTraining({ ...request, maxLength: 3 }, [2], nodeInputs());
    expect(cut).toEqual({
      train: 32,
      validation: 8,
      keeps: [{ maxLength: expect.any(Number), share: 1 }],
      notes: [
        expect.stringMatching(
          /^32 of 32 training texts and 8 of 8 validation texts .*; maxLength \d+ keeps all whole\.$/,
        ),
      ],
    });
    const enough = await prepareTraining(
      { ...request, maxLength: cut.keeps[0]!.maxLength },
      [2],
      nodeInputs(),
    );
    expect(enough.cut).toEqual({ train: 0, validation: 0, keeps: [], notes: [] });
    expect(classes).toEqual([
      { label: "ham", train: 16, validation: 4 },
      { label: "spam", train: 16, validation: 4 },
    ]);
  });

  test("sets test examples aside where they are asked for", async () => {
    const asked = { ...request, testExamples: 6 };
    const { tokens, test: set, testExamples } = await prepareTraining(asked, [2], nodeInputs());
    const held = decodeTestExamples(testExamples!);
    expect(set).toEqual({
      ...{ name: held.name, sha256: sha256Hex(testExamples!), examples: 6 },
      examplesSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const others = new Set([...tokens.train, ...tokens.validation].map(({ id }) => id));
    expect(held.test).toHaveLength(6);
    expect(held.test.filter(({ id }) => others.has(id))).toEqual([]);
  });

  test("takes another way to find models and to tokenise", async () => {
    const asked: string[] = [];
    const { model } = await prepareTraining({ ...request, model: "org/name" }, [2], {
      ...nodeInputs((name) => {
        asked.push(name);
        return request.model;
      }),
      tokenised: (path, { maxLength, settings }, make) => {
        asked.push(path, String(maxLength), (settings as { task: string }).task);
        return make(tokenizerAt(path));
      },
    });
    expect(asked).toEqual(["org/name", request.model, "64", "classification"]);
    expect(model.name).toBe("org/name");
  });

  test("refuses what does not fit the model", async () => {
    await expect(prepareTraining({ ...request, maxLength: 65 }, [2], nodeInputs())).rejects.toMatchObject({
      code: "E_MAX_LENGTH",
      message: "maxLength must be at most 64, the positions of the model, got 65",
    });
    await expect(prepareTraining(request, [2, 9, 17], nodeInputs())).rejects.toMatchObject({
      code: "E_RANK",
      message: expect.stringMatching(
        /^rank must be at most 8, .*, got 9\nrank must be at most 8, .*, got 17$/,
      ),
    });
    const smaller = tinyTexts();
    writeFileSync(join(smaller.model, "config.json"), JSON.stringify({ ...tinyConfig, vocab_size: 40 }));
    await expect(prepareTraining({ ...smaller, weights: "random" }, [2], nodeInputs())).rejects.toMatchObject(
      {
        code: "E_TOKENIZER",
        message: expect.stringContaining("must give token ids below the model's vocab_size of 40, got "),
      },
    );
  });
});
