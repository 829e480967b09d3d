import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { carryLosses, followLosses, type LossLine, readLosses } from "../../src/trainers/losses.ts";
import { temporaryFolder } from "../helpers/example.ts";
import { until } from "../helpers/sweep-process.ts";

function fileOf(...lines: string[]): string {
  const file = join(temporaryFolder(), "losses.jsonl");
  writeFileSync(file, lines.join("\n"));
  return file;
}

describe("readLosses", () => {
  test("a trainer need not write any", () => {
    expect(readLosses(temporaryFolder())).toEqual({ curve: [] });
  });

  test("gives the curve by step, with learning rates where they are said", () => {
    const file = fileOf(
      '{"step":2,"loss":1.5,"steps":4,"epoch":0.5}',
      "",
      '{"step":1,"loss":2,"learningRate":1e-4}\r',
      '{"step":3,"loss":1,"learningRate":0}',
    );
    expect(readLosses(dirname(file))).toEqual({
      curve: [
        { step: 1, loss: 2, learningRate: 1e-4 },
        { step: 2, loss: 1.5 },
        { step: 3, loss: 1, learningRate: 0 },
      ],
    });
  });

  test("of a step that occurs twice the later line counts, for it came after a checkpoint", () => {
    const file = fileOf('{"step":1,"loss":3}', '{"step":2,"loss":9}', '{"step":2,"loss":2}');
    expect(readLosses(dirname(file)).curve).toEqual([
      { step: 1, loss: 3 },
      { step: 2, loss: 2 },
    ]);
  });

  test.each(["NaN", "Infinity", "-Infinity", "null", "1e999", "1e308", "-2e9"])(
    "%s is where it diverged, and no point of the curve",
    (loss) => {
      const file = fileOf('{"step": 1, "loss": 3}', `{"loss": ${loss}, "step": 2}`, '{"step":3,"loss":1}');
      expect(readLosses(dirname(file))).toEqual({
        curve: [
          { step: 1, loss: 3 },
          { step: 3, loss: 1 },
        ],
        divergedAtStep: 2,
      });
    },
  );

  test.each([
    ['{"loss":1}', "step must be an integer of at least 0, got nothing"],
    ['{"step":1.5,"loss":1}', "step must be an integer of at least 0, got 1.5"],
    ['{"step":1}', "loss must be a number, got nothing"],
    ['{"step":1,"loss":"2.5"}', 'loss must be a number, got "2.5"'],
    ['{"step":1,"loss":1,"steps":-1}', "steps must be an integer of at least 0, got -1"],
    [
      '{"step":1,"loss":1,"learningRate":"1e-4"}',
      'learningRate must be a number from 0 to 1000000000, got "1e-4"',
    ],
    [
      '{"step":1,"loss":1,"learningRate":1e999}',
      "learningRate must be a number from 0 to 1000000000, got null",
    ],
    ["1,0.5", "must be a JSON object with step and loss, got 1,0.5"],
    ["[1]", "must be a JSON object with step and loss, got [1]"],
  ])("the line %s is refused by its place", (line, message) => {
    const file = fileOf('{"step":0,"loss":1}', "", line);
    expect(() => readLosses(dirname(file))).toThrow(
      expect.objectContaining({ code: "E_LOSSES", message: `${file}, line 3: ${message}` }),
    );
  });
});

describe("followLosses", () => {
  /** Follows a file that is still to come, and gives what it told. */
  function following(ms = 5): { file: string; told: LossLine[]; stop: () => void } {
    const file = join(temporaryFolder(), "losses.jsonl");
    const told: LossLine[] = [];
    const { stop } = followLosses(file, (line) => told.push(line), ms);
    return { file, told, stop };
  }

  test("tells of the last loss while the file grows, and of no half line", async () => {
    const { file, told, stop } = following();
    writeFileSync(file, '{"step":1,"loss":3}\n{"step":2,"loss":2,"steps":9}\n{"step":3,"lo');
    await until(() => told.length > 0, "it tells of a loss");
    expect(told).toEqual([{ step: 2, loss: 2, steps: 9 }]);
    appendFileSync(file, 'ss":1,"note":"größer"}\n');
    await until(() => told.length > 1, "it tells of the next");
    appendFileSync(file, '{"step":4,"loss":0.5}\n');
    stop();
    expect(told.slice(1)).toEqual([
      { step: 3, loss: 1 },
      { step: 4, loss: 0.5 },
    ]);
  });

  test("a last line without an end counts when it is stopped", () => {
    const { file, told, stop } = following(100_000);
    writeFileSync(file, '{"step":1,"loss":3}\n{"step":2,"loss":2}');
    stop();
    expect(told).toEqual([{ step: 2, loss: 2 }]);
  });

  test("a file that is written anew is read from its beginning", async () => {
    const { file, told, stop } = following();
    writeFileSync(file, '{"step":100,"loss":3}\n{"step":200,"loss":3}\n');
    await until(() => told.length > 0, "it tells of a loss");
    writeFileSync(file, '{"step":1,"loss":2}\n');
    stop();
    expect(told.at(-1)).toEqual({ step: 1, loss: 2 });
  });

  test("what cannot be read is passed over: it is refused when all of it is read", async () => {
    const { file, told, stop } = following();
    mkdirSync(file);
    await new Promise((resolve) => setTimeout(resolve, 20)); // an error in a timer would end the process
    rmSync(file, { recursive: true });
    writeFileSync(file, 'not json\n{"step":1,"loss":NaN}\n');
    stop();
    expect(told).toEqual([]);
  });
});

describe("the curve of an attempt that goes on from another's checkpoints", () => {
  const line = (step: number, loss: number) => `{"step":${step},"loss":${loss}}`;
  const attempt = (...lines: string[]) => dirname(fileOf(...lines));
  const steps = (folder: string) => readLosses(folder).curve.map(({ step, loss }) => [step, loss]);

  test("begins with the other's, and has its own from its first step on", () => {
    const first = attempt(line(1, 9), line(2, 8), line(3, 7), line(4, 6), '{"step":5,"lo');
    const second = attempt(line(3, 5), line(4, 4));
    carryLosses(first, second);
    expect(steps(second)).toEqual([
      [1, 9],
      [2, 8],
      [3, 5],
      [4, 4],
    ]);
    const third = temporaryFolder(); // had nothing left to train
    carryLosses(second, third);
    expect(steps(third)).toEqual(steps(second));
    const anew = attempt(line(1, 3));
    carryLosses(second, anew);
    expect(steps(anew)).toEqual([[1, 3]]);
  });

  test("has where the other's loss was not finite, unless it was trained again", () => {
    const first = attempt(line(1, 9), '{"step":2,"loss":NaN}', line(3, 7));
    const second = attempt(line(3, 5));
    carryLosses(first, second);
    expect(readLosses(second)).toMatchObject({ divergedAtStep: 2, curve: [{ step: 1 }, { step: 3 }] });
    const third = attempt(line(2, 8));
    carryLosses(second, third);
    expect(readLosses(third)).toEqual({
      curve: [
        { step: 1, loss: 9 },
        { step: 2, loss: 8 },
      ],
    });
  });

  test("is its own where the other has none", () => {
    const second = attempt(line(3, 5));
    carryLosses(temporaryFolder(), second);
    expect(readdirSync(second)).toEqual(["losses.jsonl"]);
    expect(steps(second)).toEqual([[3, 5]]);
  });
});
