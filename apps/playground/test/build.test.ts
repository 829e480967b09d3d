import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { licencesOf } from "../src/build.ts";

test("each bundled package's licence is there once, and a package without a text is named", () => {
  const folder = temporaryFolder();
  const pack = (name: string, files: Readonly<Record<string, string>>): string => {
    const place = join(folder, "node_modules", name);
    mkdirSync(join(place, "src"), { recursive: true });
    writeFileSync(join(place, "package.json"), JSON.stringify({ name, version: "1.2.3", license: "MIT" }));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text);
    return join(place, "src");
  };
  const scoped = pack("@scope/charts", { LICENSE: "Copyright Somebody\n", "README.md": "charts" });
  const british = pack("words", { "licence.md": "\nCopyright Another" });
  const bare = pack("bare", {});
  const inputs = [join(scoped, "a.js"), join(scoped, "b.js"), join(british, "a.js"), join(bare, "a.js")];
  expect(licencesOf([...inputs, join(folder, "main.ts")]).split(`\n${"-".repeat(80)}\n\n`)).toEqual([
    "@scope/charts 1.2.3 (MIT)\n\nCopyright Somebody\n",
    "bare 1.2.3 (MIT)\n\n\n",
    "words 1.2.3 (MIT)\n\nCopyright Another\n",
  ]);
});
