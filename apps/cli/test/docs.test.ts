import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cli, temporaryFolder } from "./cli.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((page) => page !== "" && existsSync(join(root, page)));

describe("the front page", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const commands = [...readme.matchAll(/^npx lorank (.*?)(?:\s+#.*)?$/gm)].map(([, command]) => command!);

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
    const run = await cli(args[0] === "sweep" ? [...args, "--dry-run"] : args, { cwd: folder });
    expect(run.code, run.stderr).toBe(0);
  });
});

/** Relative targets of links and pictures, without their anchors. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.split("#")[0]!)
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}

test("every relative link in the documentation leads to a file", () => {
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter((target) => !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(pages.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});
