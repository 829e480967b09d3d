import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./check-command.ts";

/** All Markdown pages of the repository but fixtures and changesets, by their paths from its root. */
export function pagesOfRepository(): string[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
  return execFileSync("git", list, { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter(
      (page) => page !== "" && !/^\.changeset\/|\/fixtures\//.test(page) && existsSync(join(root, page)),
    );
}
