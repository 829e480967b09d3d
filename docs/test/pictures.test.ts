import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./blocks/check-command.ts";
import { PageFolder } from "./blocks/run-page.ts";

test("the picture of memory is what the command on its page draws", async () => {
  const page = readFileSync(join(root, "docs/concepts/memory.md"), "utf8");
  const [, command = ""] = /^lorank (memory .*)$/m.exec(page)!;
  const folder = new PageFolder();
  expect(await folder.run(command.split(" "))).toMatchObject({ code: 0 });
  const drawn = readFileSync(join(folder.path, "memory.svg"), "utf8");
  expect(drawn, `cd docs/concepts && lorank ${command}`).toBe(
    readFileSync(join(root, "docs/concepts/memory.svg"), "utf8"),
  );
});
