import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((page) => page !== "" && existsSync(join(root, page)));

describe("the front page", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const commands = [...readme.matchAll(/^lorank ((?!config).*?)(?:\s+#.*)?$/gm)].map(
    ([, command]) => command!,
  );

  test("has commands to run", () => {
    expect(commands.length).toBeGreaterThanOrEqual(3);
  });

  test.each(commands)("lorank %s", async (command) => {
    const folder = temporaryFolder();
    const rows = Array.from(
      { length: 40 },
      (_, i) => `"${i % 2 ? "win a prize" : "the minutes"} ${i}",${i % 2 ? "spam" : "ham"}`,
    );
    writeFileSync(join(folder, "mails.csv"), `text,label\n${rows.join("\n")}\n`);
    const args = command.split(" ");
    const run = await cliHere(args[0] === "sweep" ? [...args, "--dry-run"] : args, { cwd: folder });
    expect(run.code, run.stderr).toBe(0);
  });
});

const home = "https://github.com/lorank/lorank/";

/** Targets of links and pictures, without their anchors; those of this repository by their path in it. */
function linksOf(page: string): { readonly target: string; readonly path: string | undefined }[] {
  const text = readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => {
    const target = link!.split("#")[0]!;
    if (target.startsWith(home)) return { target, path: /(?:blob|tree)\/main\/(.*)/.exec(target)?.[1] };
    return { target, path: /^[a-z]+:/.test(target) ? undefined : join(dirname(page), target) };
  });
}

test("every link into the repository leads to a file", () => {
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter(({ path }) => path !== undefined && !existsSync(join(root, path)))
      .map(({ target }) => `${page}: ${target}`),
  );
  expect(pages.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});

test("the links of a package's README are absolute, since npm shows it elsewhere", () => {
  const relative = pages
    .filter((page) => /^(packages|apps)\/[^/]+\/README\.md$/.test(page))
    .flatMap((page) => linksOf(page).filter(({ target }) => target !== "" && !/^[a-z]+:/.test(target)));
  expect(relative).toEqual([]);
});
