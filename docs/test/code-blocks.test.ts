import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../apps/cli/src/settings/read-file.ts";
import type { RunHere } from "../../apps/cli/test/here.ts";
import { type CodeBlock, codeBlocks } from "../../scripts/code-blocks.ts";
import { runExample } from "../../scripts/readme-examples.ts";
import { checkCommand, lorankArguments, root } from "./blocks/check-command.ts";
import { pagesOfRepository } from "./blocks/pages.ts";
import { consoleCommands, matches, PageFolder } from "./blocks/run-page.ts";
import { shellCommands } from "./blocks/shell.ts";

/** What checks a block of each language. */
const checks: Readonly<Record<string, (block: CodeBlock, page: string, folder: PageFolder) => unknown>> = {
  text: () => undefined,
  json: ({ code }) => JSON.parse(code),
  yaml: ({ code }, _, folder) => readSettings("sweep", folder.write("page.yaml", code), {}),
  sh: ({ code }, page) => {
    let folder = page.startsWith("examples/") ? join(root, dirname(page)) : root;
    for (const words of shellCommands(code)) folder = checkCommand(words, folder);
  },
  "sh run": async ({ code }, _, folder) => {
    for (const words of shellCommands(code)) {
      checkCommand(words, root);
      const run = lorankArguments(words);
      if (run) expect(await folder.run(run), words.join(" ")).toMatchObject({ code: 0 });
    }
  },
  console: async ({ code }, _, folder) => {
    const commands = consoleCommands(code);
    expect(commands, "a console block has lines that begin with $").not.toEqual([]);
    let last: number | undefined;
    for (const { command, shown } of commands) {
      const { code, output } =
        command === "echo $?" ? { code: 0, output: `${last}` } : await run(command, folder);
      last = code;
      if (!matches(output, shown)) expect(output, command).toBe(shown);
    }
  },
  ts: ({ code }, page, folder) => {
    if (page.startsWith("docs/"))
      return folder.within(() => runExample(code, pathToFileURL(join(root, page))));
    const test = page.replace(/README\.md$/, "test/readme.test.ts");
    expect(existsSync(join(root, test)), `${test} must run the examples of ${page}`).toBe(true);
  },
  python: (_, page) => {
    const pages = readFileSync(join(root, pythonTests), "utf8");
    expect(pages, `${pythonTests} must run the examples of ${page}`).toContain(`"${page}"`);
  },
};

/** Runs the blocks of Python of the pages that it names. */
const pythonTests = "python/tests/test_pages.py";

const unknown = `a block must begin with \`\`\` and ${Object.keys(checks).join(", ")}, or have <!-- not run: why --> above it`;

/** Runs one command of `lorank`, before which variables of its environment may stand. */
function run(command: string, folder: PageFolder): Promise<RunHere> {
  const variables = [...(/^(?:[A-Z_]+=\S* )+/.exec(command)?.[0] ?? "").matchAll(/(\w+)=(\S*)/g)];
  const [words = [], ...more] = shellCommands(command);
  const run = lorankArguments(words);
  if (run === undefined || more.length > 0) throw new Error(`only one command of lorank can run: ${command}`);
  return folder.run(run, Object.fromEntries(variables.map(([, name = "", value = ""]) => [name, value])));
}

for (const page of pagesOfRepository()) {
  const url = pathToFileURL(join(root, page));
  const blocks = codeBlocks(url);
  if (blocks.length === 0) continue;

  describe(page, () => {
    const folder = new PageFolder();

    test.each(blocks.map((block) => [block.line, block.language, block] as const))(
      "line %i, %s",
      async (_, language, block) => {
        const { notRun, name, code } = block;
        if (name !== undefined) folder.write(name, code);
        if (notRun !== undefined) expect(notRun.length, "a reason").toBeGreaterThan(10);
        else if (checks[language]) await checks[language](block, page, folder);
        else if (name === undefined) throw new Error(`${unknown}, got "${language}"`);
      },
    );
  });
}
