import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";
import { writeTinyModel } from "./tiny-model.ts";

const cwd = temporaryFolder();
const dataFlags = ["--model", "tiny", "--data", "texts.jsonl", "--max-length", "8"];
const given = [...dataFlags, "--keep-overlap", "--json"];

beforeAll(() => {
  writeTinyModel(join(cwd, "tiny"));
  const long = "about nothing at all, and then a little more of it";
  const rows = Array.from({ length: 40 }, (_, i) => ({
    text: i < 30 ? `${"x".repeat(1 + i)} ${long}` : `${"x".repeat(i - 29)} ${long}`,
    label: i % 4 === 0 ? "spam" : "ham",
    split: i < 30 ? "train" : "validation",
  }));
  writeFileSync(join(cwd, "texts.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
});

const learned = {
  cut: {
    train: 30,
    validation: 10,
    keeps: expect.arrayContaining([{ maxLength: expect.any(Number), share: 1 }]),
  },
  classes: [
    { label: "ham", train: 22, validation: 8 },
    { label: "spam", train: 8, validation: 2 },
  ],
};
const repeated = expect.stringMatching(
  /^Kept 10 of 10 validation texts that are also in training: row \d+ and row \d+, for example \(--keep-overlap\)\./,
);

describe("what is said of the data", () => {
  test("is in the documents of a dry run, a plan and a training", async () => {
    const [dry, plan, trained] = await Promise.all([
      cliHere(["sweep", ...given, "--ranks", "2,4", "--dry-run"], { cwd }),
      cliHere(["plan", ...given, "--ranks", "2,4"], { cwd }),
      cliHere(["train", ...given, "--rank", "2", "--epochs", "0.3", "--out", "adapter"], { cwd }),
    ]);
    for (const document of [
      JSON.parse(dry.stdout),
      JSON.parse(plan.stdout).sweep,
      JSON.parse(trained.stdout),
    ]) {
      expect(document).toMatchObject({ ...learned, notes: expect.arrayContaining([repeated]) });
      expect(document.cut).not.toHaveProperty("notes");
    }
  });
});
