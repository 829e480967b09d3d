import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inlinedModule } from "../scripts/build-inlined.ts";

test("the script and the hashes in src are what the sources give: else run scripts/build-inlined.ts", async () => {
  expect(readFileSync(new URL("../src/inlined.ts", import.meta.url), "utf8")).toBe(await inlinedModule());
});
