import { brokenRules } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import {
  type FormValues,
  firstValues,
  readForm,
  savedValues,
  withModel,
} from "../../src/page/form-values.ts";

const typed = (text: Partial<FormValues["text"]>): FormValues => ({
  ...firstValues,
  text: { ...firstValues.text, ...text },
});
const problemsOf = (values: FormValues): string[] => {
  const read = readForm(values, undefined);
  return "problems" in read ? read.problems.map(({ text }) => text) : [];
};

describe("the form", () => {
  test("as it is proposed can be started, and is what a later visit shows", () => {
    const read = readForm(firstValues, undefined);
    if ("problems" in read) throw new Error(read.problems[0]?.text);
    expect(read).toMatchObject({ data: { kind: "e-mails" }, model: { kind: "starter" } });
    expect(read.settings).toMatchObject({ ranks: [2, 8], learningRate: 0.003 });
    expect(read.settings).not.toHaveProperty("textColumn");
    expect(read.settings).not.toHaveProperty("evaluateEvery");
    expect(savedValues({ asked: read.settings, state: "stopped" })).toEqual(firstValues);
  });

  test.each(["0.1", "20"])("asks for evaluations on the way at %s, and a later visit shows it", (every) => {
    const values = typed({ evaluateEvery: every });
    const read = readForm(values, undefined);
    if ("problems" in read) throw new Error(read.problems[0]?.text);
    expect(read.settings.evaluateEvery).toBe(Number(every));
    expect(savedValues({ asked: read.settings, state: "stopped" })).toEqual(values);
  });

  test.each(["0", "-0.1", "1.5", "10 %", "often", "Infinity"])(
    "evaluations on the way at %s are refused by the command line's rule",
    (every) => {
      const [broken] = brokenRules(() => {}, { evaluateEvery: -1 });
      const rule = broken!.replace(/^evaluateEvery/, "Evaluate every").replace("-1", JSON.stringify(every));
      expect(problemsOf(typed({ evaluateEvery: every }))).toEqual([rule]);
    },
  );

  test("asks for what is checked, and a later visit shows it", () => {
    const values = {
      ...typed({ promptColumn: " question " }),
      checked: { mergeLabels: true, skipInvalid: true, keepOverlap: true },
    };
    const read = readForm(values, undefined);
    if ("problems" in read) throw new Error(read.problems[0]?.text);
    expect(read.settings).toMatchObject({ ...values.checked, promptColumn: "question" });
    const shown = { ...values, text: { ...values.text, promptColumn: "question" } };
    expect(savedValues({ asked: read.settings, state: "stopped" })).toEqual(shown);
  });

  test.each([
    [{ ranks: "8" }, 'Ranks must be two or more different whole numbers such as 2, 8, got "8"'],
    [{ ranks: "2, 2" }, 'Ranks must be two or more different whole numbers such as 2, 8, got "2, 2"'],
    [{ ranks: "2, 1.5" }, 'Ranks must be two or more different whole numbers such as 2, 8, got "2, 1.5"'],
    [{ seeds: "" }, "Seeds must be a positive whole number, got nothing"],
    [{ maxLength: "64.5" }, 'Max length must be a positive whole number, got "64.5"'],
    [{ seeds: "0" }, 'Seeds must be a positive whole number, got "0"'],
    [{ epochs: "0" }, 'Epochs must be a positive number, got "0"'],
    [{ learningRate: "0" }, 'Learning rate must be a positive number, got "0"'],
    [{ ranks: "0, 2" }, 'Ranks must be two or more different whole numbers such as 2, 8, got "0, 2"'],
    [{ learningRate: "-1" }, 'Learning rate must be a positive number, got "-1"'],
    [{ epochs: "Infinity" }, 'Epochs must be a positive number, got "Infinity"'],
  ])("%s is refused by its name", (text, problem) => {
    expect(problemsOf(typed(text))).toEqual([problem]);
  });

  test("says all that is wrong at once", () => {
    const values = { ...typed({ seeds: "0" }), dataKind: "file", modelKind: "folder" } as const;
    expect(problemsOf(values)).toEqual([
      'Seeds must be a positive whole number, got "0"',
      "Data must be a file, got none",
      "Model must be a folder with a checkpoint, got none",
    ]);
  });

  test("a rate that was not typed follows the model", () => {
    expect(withModel(firstValues, "hub").text.learningRate).toBe("0.0005");
    expect(withModel(withModel(firstValues, "hub"), "starter").text.learningRate).toBe("0.003");
    expect(withModel(typed({ learningRate: "0.01" }), "hub").text.learningRate).toBe("0.01");
  });
});
