import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./blocks/check-command.ts";

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const pages = files.filter((file) =>
  /^(docs\/|bench\/|(packages|apps)\/\w+\/bench\/|AGENTS|CONTRIBUTING).*\.md$/.test(file),
);

/** Source files and folders in backticks, such as `core/src/decide/decide.ts`; a package may be without its parent. */
const named = (page: string): string[] =>
  [
    ...readFileSync(join(root, page), "utf8").matchAll(
      /`([\w@./-]+\/src\/[\w./-]+|[\w./-]+\/[\w-]+\.tsx?)`/g,
    ),
  ].map(([, path = ""]) => path.replace(/\/$/, ""));

const isThere = (page: string, path: string): boolean =>
  existsSync(join(root, dirname(page), path)) ||
  files.some((file) => file === path || file.endsWith(`/${path}`) || `/${file}`.includes(`/${path}/`));

test("source files that pages name are there", () => {
  const paths = pages.flatMap((page) => named(page).map((path) => ({ page, path })));
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter(({ page, path }) => !isThere(page, path))).toEqual([]);
});
