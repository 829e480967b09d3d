import { InputError } from "@lorank/core";
import { expect, test } from "vitest";
import { describeError } from "../src/errors.ts";

test("an input error is the user's: its message as it is, exit 2, never a stack", () => {
  const error = new InputError("E_RANK", "rank must be a positive integer, got 0");
  expect(describeError(error, true)).toEqual({
    facts: { code: "E_RANK", message: "rank must be a positive integer, got 0", field: "rank" },
    text: "error: rank must be a positive integer, got 0",
    exit: 2,
  });
});

test("another error is ours: exit 1, and the stack only under DEBUG", () => {
  const error = new TypeError("x is undefined");
  expect(describeError(error, false)).toEqual({
    facts: { code: "E_UNEXPECTED", message: "x is undefined" },
    text: "error: x is undefined\nSet DEBUG=1 to see where it happened.",
    exit: 1,
  });
  expect(describeError(error, true).text).toContain("errors.test.ts");
});

test("a missing runtime comes with its own advice", () => {
  const error = Object.assign(new Error("onnxruntime-node is not installed. Add it."), {
    code: "E_RUNTIME_MISSING",
  });
  expect(describeError(error, false).text).toBe("error: onnxruntime-node is not installed. Add it.");
});

test.each([
  "WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance",
  "WebAssembly.Memory(): could not allocate memory",
  "no available backend found. ERR: [wasm] RangeError: WebAssembly.Memory(): could not allocate memory",
])("a limit of addresses comes with what helps: %s", (message) => {
  const described = describeError(new RangeError(message), false);
  expect(described).toMatchObject({ exit: 1, facts: { code: "E_UNEXPECTED" } });
  expect(described.text).toContain(
    `error: ${message}\nThe addresses of this process are limited (ulimit -v)`,
  );
  expect(described.facts.message).toContain("NODE_OPTIONS=--disable-wasm-trap-handler");
});

test("what the machine refuses is not the user's input: exit 1, and what to do in place of the hint", () => {
  const system = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO", syscall: "read" });
  const error = new InputError("E_FILE", "a.json must be a readable file, got EIO", { cause: system });
  const message = `${error.message}\nThe disk, or the connection to it, fails: check it, then run the same again.`;
  expect(describeError(error, false)).toEqual({
    facts: { code: "EIO", message, field: "a.json" },
    text: `error: ${message}`,
    exit: 1,
  });
  const denied = Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: "EACCES" });
  expect(describeError(denied, false).text).toBe(
    "error: EACCES: permission denied, open 'x'\nGet permission to it, or use another place.",
  );
  const advised = new InputError("E_HUB", "the disk is full (ENOSPC)\nMake room.", { cause: system });
  expect(describeError(advised, false)).toMatchObject({ text: `error: ${advised.message}`, exit: 1 });
});

test("a name that is too long for the file system is the user's, and is cut", () => {
  const error = Object.assign(new Error(`ENAMETOOLONG: name too long, stat 'org/${"a".repeat(100_000)}'`), {
    code: "ENAMETOOLONG",
  });
  const { text, facts, exit } = describeError(error, false);
  expect({ exit, code: facts.code }).toEqual({ exit: 2, code: "ENAMETOOLONG" });
  expect(text).toBe(`error: ENAMETOOLONG: name too long, stat 'org/${"a".repeat(115)}…`);
});

test("what is thrown and is no error is shown as it is", () => {
  expect(describeError("text", true)).toEqual({
    facts: { code: "E_UNEXPECTED", message: "text" },
    text: "error: text",
    exit: 1,
  });
});
