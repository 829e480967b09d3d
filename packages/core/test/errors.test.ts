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
