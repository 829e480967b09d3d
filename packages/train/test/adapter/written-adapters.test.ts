import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";

/**
 * What PEFT made of the adapters that our code wrote: scripts/write-adapters.ts, then
 * scripts/reference/check_written_adapters.py. Run both again when the files that we write change.
 */
interface Checked {
  readonly tensors: number;
  readonly largestDifference: Readonly<Record<string, number>>;
  readonly sha256: Readonly<Record<string, string>>;
}

const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));
const names = ["families", "llama-tiny"].flatMap((group) =>
  readdirSync(join(fixtures, group)).map((name) => `${group}/${name}`),
);
const { cases } = JSON.parse(readFileSync(join(fixtures, "written-adapters.json"), "utf8")) as {
  readonly cases: Readonly<Record<string, Checked>>;
};

const out = temporaryFolder();

test("PEFT loaded an adapter of every fixture", () => {
  expect(Object.keys(cases).sort()).toEqual(names.sort());
});

describe.each(names)("%s", (name) => {
  test("gave PEFT the logits of the adapter that PEFT itself had saved, under both paddings", () => {
    const { largestDifference } = cases[name]!;
    const sides = name.startsWith("families/") ? ["left", "right"] : ["right"];
    expect(Object.keys(largestDifference).sort()).toEqual(sides);
    for (const side of sides) expect(largestDifference[side], side).toBeLessThan(1e-4);
  });

  test("is still written as the files that PEFT loaded", () => {
    const folder = join(out, name.replace("/", "-"));
    const adapter = readPeftAdapter(join(fixtures, name, "adapter"));
    writePeftAdapter(folder, adapter);
    for (const [file, sha256] of Object.entries(cases[name]!.sha256)) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(folder, file)))
          .digest("hex"),
        file,
      ).toBe(sha256);
    }
  });
});
