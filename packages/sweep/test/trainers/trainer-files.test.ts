import { createHash } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { assertUnchanged, namedFiles } from "../../src/trainers/trainer-files.ts";
import { temporaryFolder } from "../helpers/example.ts";

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}

const paths = (commands: string[][], folder: string) => namedFiles(commands, folder).map(({ path }) => path);

describe("the files that commands name", () => {
  test("each once, with its hash, by its path from the folder", () => {
    const folder = folderWith("train.py", "my configs/a.yaml", "evaluate.py");
    const command = ["python", "./train.py", "--config=my configs/a.yaml", join(folder, "train.py")];
    expect(paths([command, ["python", "evaluate.py"]], folder)).toEqual([
      "evaluate.py",
      "my configs/a.yaml",
      "train.py",
    ]);
    expect(namedFiles([["python", "train.py"]], folder)).toEqual([
      { path: "train.py", sha256: createHash("sha256").update("train.py").digest("hex") },
    ]);
  });

  test("folders, other words and an interpreter by its path are none", () => {
    const folder = folderWith("model/config.json");
    expect(paths([[process.execPath, "model", "--rank", "{rank}", "", "none.py"]], folder)).toEqual([]);
  });

  test("a script that is the program is one, and so is one outside by the path that was given", () => {
    const folder = folderWith("train.sh", "work/x");
    expect(paths([["./train.sh"]], folder)).toEqual(["train.sh"]);
    const work = join(folder, "work");
    expect(paths([["sh", "../train.sh"]], work)).toEqual(["../train.sh"]);
    expect(paths([["sh", join(folder, "train.sh")]], work)).toEqual([join(folder, "train.sh")]);
  });

  test("a link counts as the file that it leads to", () => {
    const folder = folderWith("a.py");
    symlinkSync("a.py", join(folder, "train.py"));
    symlinkSync("nowhere", join(folder, "broken.py"));
    const [file] = namedFiles([["python", "train.py", "broken.py"]], folder);
    expect(file).toEqual({ path: "train.py", sha256: createHash("sha256").update("a.py").digest("hex") });
  });

  test("words that no file can be called are none: a program as a text, a path below a file", () => {
    const folder = folderWith("a.py");
    const program = `console.log("${"x".repeat(5000)}")`;
    expect(paths([["node", "-e", program, "a.py/below", "\0"]], folder)).toEqual([]);
  });
});

describe("files of a trainer that has been planned", () => {
  const planned = (folder: string) => ({
    command: ["python", "train.py"],
    files: namedFiles([["python", "train.py"]], folder),
  });

  test("may move along with their folder", () => {
    const trainer = planned(folderWith("train.py"));
    expect(() => assertUnchanged(trainer, folderWith("train.py"))).not.toThrow();
  });

  test("are refused with another content, and when they are gone", () => {
    const folder = folderWith("train.py");
    const trainer = planned(folder);
    writeFileSync(join(folder, "train.py"), "changed");
    const message = `${join(folder, "train.py")} must be as it was when the sweep was planned, got another content\n`;
    expect(() => assertUnchanged(trainer, folder)).toThrow(
      expect.objectContaining({ code: "E_TRAINER_FILE", message: expect.stringContaining(message) }),
    );
    rmSync(join(folder, "train.py"));
    expect(() => assertUnchanged(trainer, folder)).toThrow("got no file");
  });
});
