import { describe, expect, test } from "vitest";
import { cutExamples } from "../../src/prepare/cut-examples.ts";

const options = { maxLength: 96, task: "classification", option: "--max-length" } as const;
const times = (count: number, tokens: number) => Array.from({ length: count }, () => tokens);

describe("cutExamples", () => {
  test("counts those that are cut, and proposes a length for most and one for all", () => {
    const long = {
      train: [...times(60, 210), ...times(18, 1000)],
      validation: [...times(70, 150), ...times(59, 200), 1024],
    };
    const cut = cutExamples({ ...options, long, counts: [600, 1000] });
    expect(cut).toEqual({
      train: 78,
      validation: 130,
      keeps: [
        { maxLength: 200, share: 1521 / 1600 },
        { maxLength: 1024, share: 1 },
      ],
      notes: [
        "78 of 600 training texts and 130 of 1,000 validation texts are longer than 96 tokens and are cut; " +
          "--max-length 200 keeps 95 % whole, 1,024 all.",
      ],
    });
  });

  test("proposes the fewest tokens that keep 95 %", () => {
    const long = { train: [100, 101, 102, 103, 104, 105, 106], validation: [] };
    const { keeps } = cutExamples({ ...options, long, counts: [80, 20] });
    expect(keeps).toEqual([
      { maxLength: 101, share: 0.95 },
      { maxLength: 106, share: 1 },
    ]);
  });

  test("proposes one length where most are whole already, and none where nothing is cut", () => {
    const few = cutExamples({
      ...options,
      long: { train: [97], validation: [], test: [] },
      counts: [80, 19, 1],
    });
    expect(few).toMatchObject({ train: 1, validation: 0, test: 0 });
    expect(few.notes).toEqual([
      "1 of 80 training texts is longer than 96 tokens and is cut; --max-length 97 keeps all whole.",
    ]);
    const none = cutExamples({ ...options, long: { train: [], validation: [] }, counts: [80, 20] });
    expect(none).toEqual({ train: 0, validation: 0, keeps: [], notes: [] });
  });

  test("goes no further than the model's positions, nor than tokens were counted", () => {
    const long = { train: times(30, 5000), validation: times(10, 120) };
    const words = (maxPositions?: number) =>
      cutExamples({ ...options, long, counts: [80, 20], maxPositions }).notes[0]!.split("; ")[1];
    expect(words(128)).toBe("--max-length 128, the model's limit, keeps 70 % whole.");
    expect(words(96)).toBe("the model has no more positions.");
    expect(words(8192)).toBe("--max-length 1024 keeps 70 % whole.");
    expect(words()).toBe("--max-length 1024 keeps 70 % whole.");
  });

  test("says that instructions may be left out as well", () => {
    const long = { train: [100, 110], validation: [] };
    const { notes } = cutExamples({ ...options, task: "causal-lm", long, counts: [80, 20] });
    expect(notes).toEqual([
      "2 of 80 training examples are longer than 96 tokens and are cut or left out; --max-length 110 keeps all whole.",
    ]);
  });

  test("counts the test, and never rounds a share up to all", () => {
    const long = { train: [300], validation: [], test: [400, 2000] };
    const { notes } = cutExamples({ ...options, long, counts: [3000, 1000, 500], option: "maxLength" });
    expect(notes).toEqual([
      "1 of 3,000 training texts and 2 of 500 test texts are longer than 96 tokens and are cut; " +
        "maxLength 1024 keeps 99.9 % whole.",
    ]);
  });
});
