import { describe, expect, test } from "vitest";
import { trainer } from "../../src/flags/object-kind.ts";

const command = ["python", "train.py"];

test("is read as it is written, with numbers among the words of a command", () => {
  const written = {
    command: ["python", "train.py", "--rank", "{rank}", "--lr", 0.0005],
    evaluate: ["python", "evaluate.py"],
    test: true,
    timeout: "1.5h",
    "exit-codes": { diverged: 3, "out-of-memory": 137 },
    name: "peft",
  };
  expect(trainer.parse(written)).toEqual({
    ...written,
    command: ["python", "train.py", "--rank", "{rank}", "--lr", "0.0005"],
  });
  expect(trainer.parse({ command })).toEqual({ command });
});

describe("what is wrong inside it is named by its key", () => {
  const rule =
    'must be a list with a program and its arguments, such as [python, train.py, --rank, "{rank}"]';
  test.each([
    [{}, [`.command ${rule}, got nothing`]],
    [{ command: "python train.py" }, [`.command ${rule}, got "python train.py"`]],
    [{ command: [] }, [`.command ${rule}, got []`]],
    [{ command: [""] }, [`.command ${rule}, got [""]`]],
    [{ command: ["python", ["train.py"]] }, [`.command ${rule}, got ["python",["train.py"]]`]],
    [{ command: ["python", null] }, [`.command ${rule}, got ["python",null]`]],
    [{ command, timeout: 60 }, [".timeout must be a time such as 90s, 45m or 2h, got 60"]],
    [
      { command, "exit-codes": { diverged: 0, "out-of-memory": 256 } },
      [
        ".exit-codes.diverged must be a number from 1 to 255, got 0",
        ".exit-codes.out-of-memory must be a number from 1 to 255, got 256",
      ],
    ],
    [{ command, "exit-codes": 3 }, [".exit-codes must be keys and values"]],
    [
      { command, "exit-codes": { oom: 4 } },
      ['.exit-codes: unknown key "oom", the keys are diverged, out-of-memory'],
    ],
    [
      { evaluation: command },
      [
        `.command ${rule}, got nothing`,
        ': unknown key "evaluation", the keys are command, evaluate, files, test, timeout, exit-codes, name',
      ],
    ],
    [
      { command, constructor: 1 },
      [': unknown key "constructor", the keys are command, evaluate, files, test, timeout, exit-codes, name'],
    ],
    [null, [" must be keys and values"]],
    ["train.py", [" must be keys and values"]],
  ])("%j", (value, faults) => {
    expect(trainer.faults!(value)).toEqual(faults);
    expect(trainer.parse(value)).toBeUndefined();
  });
});
