import { describe, expect, test } from "vitest";
import { childNodeOptions } from "../../src/executor/worker-process.ts";

describe("childNodeOptions", () => {
  test("a child reads TypeScript as its parent does", () => {
    const own = ["--conditions=@lorank/source", "--import", "tsx", "--max-old-space-size=4096"];
    expect(childNodeOptions(own)).toEqual(own);
  });

  test("a child takes neither the debugger's port nor a program given on the command line", () => {
    expect(
      childNodeOptions([
        "--inspect-brk=9229",
        "--inspect",
        "--input-type=module",
        "-e",
        "run()",
        "--no-warnings",
      ]),
    ).toEqual(["--no-warnings"]);
  });
});
