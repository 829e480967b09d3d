import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { recipeNames, recipes, recipesFolder } from "../../src/settings/recipes.ts";
import { cliHere } from "../here.ts";

const bytesIn = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

describe.each(recipeNames)("lorank init --trainer %s", (trainer) => {
  const source = join(recipesFolder(), trainer);

  test("writes every file of the recipe as it is, with a sweep that is understood", async () => {
    const folder = temporaryFolder();
    const run = await cliHere(["init", "--trainer", trainer, "my sweep"], { cwd: folder });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const written = bytesIn(join(folder, "my sweep"));
    expect(Object.keys(written).toSorted()).toEqual([...recipes[trainer].files].toSorted());
    const kept = readdirSync(source).filter((name) => name !== "__pycache__");
    expect(Object.keys(written).toSorted()).toEqual(kept.toSorted());
    for (const [name, text] of Object.entries(written))
      expect(text, name).toBe(readFileSync(join(source, name), "utf8"));
    const planned = await cliHere(["sweep", "sweep.yaml", "--dry-run"], { cwd: join(folder, "my sweep") });
    expect(planned).toMatchObject({ code: 0 });
  });

  test("writes every module of its own that its Python imports", () => {
    const files: readonly string[] = recipes[trainer].files;
    for (const name of files.filter((file) => file.endsWith(".py"))) {
      const text = readFileSync(join(source, name), "utf8");
      const modules = [...text.matchAll(/^from (train|evaluate|lorank_\w+) import/gm)];
      for (const [, module] of modules) expect(files, name).toContain(`${module}.py`);
    }
  });
});

test("init replaces nothing unless it is told to, and then no file of another name", async () => {
  const folder = temporaryFolder();
  const mine = { "train.mjs": "mine\n", "notes.txt": "mine too\n" };
  for (const [name, text] of Object.entries(mine)) writeFileSync(join(folder, name), text);
  const args = ["init", "--trainer", "stand-in", folder];
  const refused = await cliHere(args);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(bytesIn(folder)).toEqual(mine);
  expect(await cliHere([...args, "--force"])).toMatchObject({ code: 0 });
  expect(bytesIn(folder)["train.mjs"]).toBe(
    readFileSync(join(recipesFolder(), "stand-in/train.mjs"), "utf8"),
  );
  expect(bytesIn(folder)["notes.txt"]).toBe("mine too\n");
});

test("init puts answers into a recipe's sweep", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a b.jsonl"), "{}\n");
  const args = ["init", "x", "--trainer", "trl", "--model", "org/other"];
  expect(await cliHere([...args, "--data", "a b.jsonl", "--seeds", "1,5"], { cwd: folder })).toMatchObject({
    code: 0,
  });
  const source = readFileSync(join(recipesFolder(), "trl/sweep.yaml"), "utf8");
  expect(readFileSync(join(folder, "x/sweep.yaml"), "utf8")).toBe(
    source
      .replaceAll("org/model", "org/other")
      .replaceAll("data.jsonl", '"../a b.jsonl"')
      .replace("seeds: 3", "seeds: [1, 5]"),
  );
});

test("init leaves the names of what is built in, also beside files that are called so", async () => {
  const folder = temporaryFolder();
  for (const name of ["starter", "spam-assassin"]) writeFileSync(join(folder, name), "");
  expect(await cliHere(["init", "x", "--yes"], { cwd: folder })).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, "x/sweep.yaml"), "utf8")).toMatch(
    /^model: starter\ndata: spam-assassin$/m,
  );
});

test("init --json names the files and the commands", async () => {
  const folder = temporaryFolder();
  const run = await cliHere(["init", "--trainer", "peft", "--json"], { cwd: folder });
  expect(JSON.parse(run.stdout)).toMatchObject({
    trainer: "peft",
    folder: ".",
    files: recipes.peft.files,
    next: ["pip install -r requirements.txt", "lorank sweep sweep.yaml --dry-run", "lorank sweep sweep.yaml"],
  });
});
