import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readYaml } from "../../src/yaml-file.ts";

const folder = mkdtempSync(join(tmpdir(), "lorank-yaml-"));
const file = join(folder, "sweep.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): unknown {
  writeFileSync(file, text);
  return readYaml(file);
}

test("reads anchors and their aliases", () => {
  expect(read("a: &x [1, 2]\nb: *x\n")).toEqual({ a: [1, 2], b: [1, 2] });
});

test.skipIf(process.platform === "win32")("refuses a pipe or device at once", () => {
  const pipe = join(folder, "pipe.yaml");
  execFileSync("mkfifo", [pipe]);
  for (const path of [pipe, "/dev/zero"])
    expect(() => readYaml(path, "--config")).toThrow(
      `--config must be a YAML file, got the pipe or device ${path}`,
    );
});

test("reads what is nested a hundred deep", () => {
  expect(read(`a: ${"[".repeat(100)}1${"]".repeat(100)}\n`)).toHaveProperty(
    ["a", ...Array(100).fill("0")],
    1,
  );
});

test("reads a list as a key by its text", () => {
  expect(read("[1]: 2\n")).toEqual({ "[ 1 ]": 2 }); // a warning of yaml's would fail this test
});

test.each([
  [
    "an alias of nothing",
    "seeds: *x\n",
    "must have aliases of anchors before them, at most 10 values of one, got Unresolved alias",
  ],
  [
    "too many aliases",
    `a: &a [1]\nb: [${"*a, ".repeat(20)}]\n`,
    "at most 10 values of one, got Excessive alias count",
  ],
  [
    "an alias within its anchor",
    "seeds: &s {a: *s}\n",
    "must have no alias within the value that it stands for, got one",
  ],
  [
    "60,000 keys",
    Array.from({ length: 60_000 }, (_, i) => `k${i}: 1\n`).join(""),
    "must have at most 65536 bytes, got 588890",
  ],
  ["brackets without end", "[".repeat(60_000), "must be nested at most 300 deep, got more"],
  ["lists in lists", `${"- ".repeat(30_000)}x\n`, "must be nested at most 300 deep, got more"],
])("%s is an error of the input", (_, text, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({
      name: "InputError",
      code: "E_YAML",
      message: expect.stringContaining(message),
    }),
  );
});
