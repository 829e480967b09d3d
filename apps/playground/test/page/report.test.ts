import { expect, test } from "vitest";
import { firstValues, readForm } from "../../src/page/form-values.ts";
import { adapterWords, commandOf } from "../../src/page/report.tsx";

const read = readForm(firstValues, undefined);
if (!("settings" in read)) throw new Error("the proposal must be sound");
const { settings } = read;

test("says what differs from the command line's own defaults", () => {
  const data = { validationExamples: 40, trainExamples: 100 };
  expect(commandOf({ asked: settings, state: "done" }, data)).toBe(
    "lorank sweep --ranks 2,8 --seeds 4 --train-examples 100 --validation-examples 40 --max-length 64 --learning-rate 0.003 --test-examples 0",
  );
});

test("says when a training is evaluated on the way", () => {
  const asked = { ...settings, evaluateEvery: 0.1 };
  expect(commandOf({ asked, state: "done" }, { validationExamples: 40 })).toContain(" --evaluate-every 0.1");
});

test("names of files are quoted for a shell", () => {
  const saved = {
    asked: { ...settings, epochs: 1, labelColumn: "it's" },
    dataName: "my mails.csv",
    modelName: "tiny",
    state: "done",
  } as const;
  const command = commandOf(saved, { validationExamples: 40, trainExamples: 100 });
  expect(command).toContain("--model tiny --data 'my mails.csv' ");
  expect(command).toContain(" --label-column 'it'\\''s'");
  expect(command).toContain("--epochs 1");
  expect(command).not.toContain("--test-examples");
  const checked = { ...saved, asked: { ...saved.asked, mergeLabels: true, keepOverlap: true } } as const;
  expect(commandOf(checked, { validationExamples: 40 })).toMatch(/ --merge-labels --keep-overlap$/);
});

test("names vLLM as a reader of adapters of language models alone", () => {
  expect(adapterWords(true)).toMatch(/PEFT, vLLM and LoRAnk read\.$/);
  expect(adapterWords(false)).toMatch(/PEFT and LoRAnk read; vLLM refuses it/);
});
