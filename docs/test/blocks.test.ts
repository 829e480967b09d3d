import { describe, expect, test } from "vitest";
import { checkCommand, root } from "./blocks/check-command.ts";
import { consoleCommands, matches } from "./blocks/run-page.ts";
import { shellCommands } from "./blocks/shell.ts";

describe("commands of a shell block", () => {
  test("are split at the ends of lines and at operators, not within quotes", () => {
    expect(
      shellCommands(`cd a && node b.ts "x; y" --z='1 | 2' # why\nzcat o.gz | lorank verdict -\n`),
    ).toEqual([
      ["cd", "a"],
      ["node", "b.ts", "x; y", "--z=1 | 2"],
      ["zcat", "o.gz"],
      ["lorank", "verdict", "-"],
    ]);
  });
  test("go on after a backslash", () => {
    expect(shellCommands("lorank sweep \\\n  --ranks 4\n\nlorank plan\n")).toEqual([
      ["lorank", "sweep", "--ranks", "4"],
      ["lorank", "plan"],
    ]);
  });
  test("of a loop are taken once, without assignments and redirections", () => {
    expect(shellCommands("for e in 0.5 1; do A=1 lorank sweep --epochs $e > out 2>&1; done")).toEqual([
      ["lorank", "sweep", "--epochs", "0.5"],
    ]);
  });
});

test.each([
  ["lorank memory llama-3.1-8b --gpu 24GB"],
  ["npx lorank sweep sweep.yaml --ranks 4,8 --until settled"],
  ["npm run lorank -- plan --seeds 3"],
  ["lorank --help"],
  ["npm install lorank onnxruntime-node"],
  ["npm test"],
  ["pnpm build"],
  ["node --conditions=@lorank/source --import tsx apps/cli/src/main.ts"],
])("%s could run", (line) => {
  expect(checkCommand(line.split(" "), root)).toBe(root);
});

test.each([
  ["lorank swep", /unknown command 'swep'/],
  ["lorank sweep --rnaks 4", /unknown option '--rnaks'/],
  ["lorank sweep --ranks four", /--ranks must be .*got four/],
  ["lorank memory llama-3.1-8b --gpu", /argument missing/],
  ["npx lorank worker", /missing required argument 'out'/],
  ["npm run lorank -- sweep a b", /too many arguments/],
  ["npm install left-pad", /no package here is or uses left-pad/],
  ["npm run tset", /has no script "tset"/],
  ["node scripts/gone.ts", /gone\.ts must exist/],
  ["cd nowhere", /nowhere must exist/],
  ["rm -rf x", /"rm" is no command that this test can check/],
])("%s could not", (line, message) => {
  expect(() => checkCommand(line.split(" "), root)).toThrow(message);
});

describe("a console block", () => {
  test("shows commands, each with its output", () => {
    expect(consoleCommands("$ lorank a\n1\n2\n$ lorank b\n")).toEqual([
      { command: "lorank a", shown: "1\n2\n" },
      { command: "lorank b", shown: "" },
    ]);
  });
  test("must show all of it, but for what … stands for", () => {
    expect(matches("a  \nb 12 s\nc\n", "a\nb … s\nc")).toBe(true);
    expect(matches("a\nb\nc\n", "a\n…\nc\n")).toBe(true);
    expect(matches("a\nc\n", "a\n…\nc\n")).toBe(true);
    expect(matches("a\nb\nc\n", "a\nc\n")).toBe(false);
    expect(matches("a\nb\n", "a\n")).toBe(false);
    expect(matches("a.c\n", "abc")).toBe(false);
  });
});
