import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { type ClassNameSources, classNames } from "../../src/commands/eval/evaluate-texts.ts";

function namesFrom(sources: Partial<ClassNameSources>, config: object = {}) {
  const modelPath = temporaryFolder();
  writeFileSync(join(modelPath, "config.json"), JSON.stringify(config));
  const found = ["ham", "spam", "ham"];
  return classNames({ labels: undefined, ofAdapter: undefined, modelPath, found, classes: 2, ...sources });
}

const model = { id2label: { 0: "spam", 1: "ham" } };
const problem = (sources: Partial<ClassNameSources>, config?: object) => {
  try {
    return namesFrom(sources, config);
  } catch (error) {
    return (error as Error).message;
  }
};

describe("the names of a head's classes", () => {
  test("are the adapter's own, whatever the model or the alphabet says", () => {
    expect(namesFrom({ ofAdapter: ["spam", "ham"] }, { id2label: { 0: "ham", 1: "spam" } })).toEqual({
      names: ["spam", "ham"],
      from: "the adapter",
    });
  });

  test("are those of --labels, where the data call the adapter's classes something else", () => {
    const labels = ["0", "1"];
    expect(namesFrom({ labels, ofAdapter: ["ham", "spam"], found: ["1", "0"] })).toEqual({
      names: labels,
      from: "--labels",
    });
  });

  test("are the model's where no adapter names them, and then the data's in alphabetical order", () => {
    expect(namesFrom({}, model)).toEqual({ names: ["spam", "ham"], from: "the model's id2label" });
    const guess = { names: ["ham", "spam"], from: "the data, in alphabetical order" };
    expect(namesFrom({})).toEqual(guess);
    expect(namesFrom({}, { id2label: { 0: "LABEL_0", 1: "LABEL_1" } })).toEqual(guess);
    expect(namesFrom({}, { id2label: { 0: "a", 1: "b", 2: "c" } })).toEqual(guess); // of another head
  });

  test("may be more than the data have", () => {
    expect(namesFrom({ ofAdapter: ["spam", "ham"], found: ["ham"] }).names).toEqual(["spam", "ham"]);
  });
});

describe("refused are", () => {
  test.each<[string, Partial<ClassNameSources>, string]>([
    [
      "data with other labels than the adapter's",
      { ofAdapter: ["neg", "pos"] },
      "labels of the data must be among neg, pos (from the adapter), got ham, spam\n" +
        "--labels gives the classes other names, in the order of the head.",
    ],
    [
      "an adapter's names for another head",
      { ofAdapter: ["ham", "spam", "eggs"] },
      "the adapter must name the 2 classes of the head in its order, got 3: ham, spam, eggs",
    ],
    [
      "--labels in another order than the adapter's",
      { labels: ["spam", "ham"], ofAdapter: ["ham", "spam"] },
      "--labels must have the classes in the adapter's order, ham, spam, got spam, ham",
    ],
    [
      "data with fewer labels where nothing else names them",
      { found: ["ham"] },
      "the data (or --labels) must name the 2 classes of the head in its order, got 1: ham",
    ],
  ])("%s", (_, sources, message) => {
    expect(problem(sources)).toBe(message);
  });
});
