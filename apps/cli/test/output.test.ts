import { afterEach, expect, test, vi } from "vitest";
import { createOutput } from "../src/output.ts";

const columns = [process.stdout, process.stderr].map((stream) => stream.columns);
const setColumns = (...values: readonly (number | undefined)[]) => {
  for (const [i, stream] of [process.stdout, process.stderr].entries())
    Object.assign(stream, { columns: values[i] });
};
afterEach(() => {
  vi.restoreAllMocks();
  setColumns(...columns);
});

function written(stream: NodeJS.WriteStream, write: () => void): string {
  let text = "";
  vi.spyOn(stream, "write").mockImplementation((part) => {
    text += part;
    return true;
  });
  write();
  return text;
}

const note =
  "\nTexts of more than 128 tokens are cut.\nTo go on:\n  lorank sweep --out 'a folder with a long name'";

test("a note is wrapped to the terminal, and a command in it is not", () => {
  setColumns(undefined, 20);
  const text = written(process.stderr, () => createOutput({}).note(note));
  expect(text).toBe(
    "\nTexts of more than\n128 tokens are cut.\nTo go on:\n  lorank sweep --out 'a folder with a long name'\n",
  );
  setColumns(undefined, undefined);
  expect(written(process.stderr, () => createOutput({}).note(note))).toBe(`${note}\n`);
});

test("what a sweep will do is wrapped behind its titles", () => {
  setColumns(30, undefined);
  const output = createOutput({ color: false });
  const text = written(process.stdout, () =>
    output.facts([["device", "native CPU, the fastest that passed"]]),
  );
  expect(text).toBe("device    native CPU, the\n          fastest that passed\n\n");
});
