import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { maxPositionsOf, readConfig } from "../../src/commands/memory/model-config.ts";
import { writtenConfig } from "../training-configs.ts";

const read = (model: string) => readConfig(model, { quiet: true }, undefined);

test.each(["nofile.yaml", "config.yml", "adapter_config.json", "data.csv"])(
  "%s, which is not there, is said not to be there",
  async (name) => {
    const path = join(temporaryFolder(), name);
    await expect(read(path)).rejects.toMatchObject({
      code: "E_FILE",
      message: `model must be a model's name or a file that exists, got ${path}: there is no such file`,
    });
  },
);

test("a file of another kind is told which kinds there are, and JSON where it breaks", async () => {
  const table = writtenConfig("title,genre\n", "movies.csv");
  await expect(read(table)).rejects.toThrow(
    `model must be a config.json, a .gguf file or a training config (.yaml, .json) if it is a file, got ${table}, which is not JSON`,
  );
  const broken = writtenConfig('{"model_type": llama}', "config.json");
  await expect(read(broken)).rejects.toThrow(/config\.json must be JSON: Unexpected token/);
});

test("the longest text is as many tokens as a model has positions; RoBERTa's table has two more rows", () => {
  expect(maxPositionsOf({ model_type: "bert", max_position_embeddings: 512 })).toBe(512);
  expect(maxPositionsOf({ model_type: "gpt2", n_positions: 1024 })).toBe(1024);
  expect(maxPositionsOf({ model_type: "xlm-roberta", max_position_embeddings: 514 })).toBe(512);
});
