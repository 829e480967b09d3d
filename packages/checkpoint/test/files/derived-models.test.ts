import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { mergeAdapter, readPeftAdapter, writePeftAdapter } from "../../src/files.ts";
import { portableAdapter, truncateAdapter } from "../../src/index.ts";

interface Case {
  readonly adapterMovesLogitsBy: number;
  readonly largestDifference: Readonly<Record<string, number>>;
  readonly sha256?: Readonly<Record<string, string>>;
}

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
/** What PEFT and transformers made of the folders that scripts/write-derived-models.ts wrote. */
const { cases }: { cases: Record<string, Case> } = JSON.parse(
  readFileSync(join(fixtures, "derived-models.json"), "utf8"),
);

describe("what Python makes of our folders", () => {
  test.each(Object.entries(cases))(
    "%s: the logits are PEFT's",
    (_, { adapterMovesLogitsBy, largestDifference }) => {
      expect(Object.keys(largestDifference)).toEqual(expect.arrayContaining(["merged", "rewritten"]));
      for (const [form, difference] of Object.entries(largestDifference)) {
        expect(difference, form).toBeLessThan(form === "rewritten" ? 1e-9 : 1e-5);
        expect(difference, form).toBeLessThan(1e-4 * adapterMovesLogitsBy);
      }
    },
  );

  const ours = Object.entries(cases).filter(([, { sha256 }]) => sha256 !== undefined);
  test.each(ours)("%s: our code still writes the files that were loaded", (name, { sha256 }) => {
    const adapter = readPeftAdapter(join(fixtures, name, "adapter"));
    const folder = temporaryFolder();
    const rank = Math.floor(adapter.rank / 2);
    writePeftAdapter(join(folder, "rewritten"), adapter);
    writePeftAdapter(join(folder, `truncated-${rank}`), truncateAdapter(adapter, rank).adapter);
    if (!adapter.dora)
      writePeftAdapter(join(folder, "portable"), portableAdapter(adapter, { keepHeads: true }));
    mergeAdapter({ base: join(fixtures, name, "base"), adapter, out: join(folder, "merged") });
    for (const [file, digest] of Object.entries(sha256!)) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(folder, file)))
          .digest("hex"),
        file,
      ).toBe(digest);
    }
  });

  test("there are such cases", () => {
    expect(ours).toHaveLength(3);
    expect(Object.keys(cases).length).toBeGreaterThan(30);
  });
});
