import { expect, test } from "vitest";
import { InputError } from "../src/errors.ts";

test("the message of an error holds no control characters and none of writing direction, but line ends", () => {
  const { message } = new InputError(
    "E_X",
    'name must be a word, got "\u001b[2J\t\r\u0000\u009b\u202e"\nHelp é 👩‍💻.',
  );
  expect(message).toBe(
    'name must be a word, got "\\u{1b}[2J\\u{9}\\u{d}\\u{0}\\u{9b}\\u{202e}"\nHelp é 👩‍💻.',
  );
});

test.each([
  ["rank must be a positive integer, got 0", "rank"],
  ["--ranks must be a list, got x\n--seeds must be a number, got y", "--ranks"],
  ["sweep.yaml: trainer.files must be a list, got 1", "trainer.files"],
  ["C:\\a.csv must have a label: it must have one", "C:\\a.csv"],
  ['sweep.yaml: unknown key "rank". Did you mean ranks?', "rank"],
  ["the hub must be reachable", undefined],
  ["the data must have a label: row 3 must have one", undefined],
  ["model.safetensors: is cut short", undefined],
])("%s", (message, field) => {
  expect(new InputError("E_X", message).field).toBe(field);
});
