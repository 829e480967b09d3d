// What pages say that the product refuses, it refuses: each message, error code and exit code that a page names has a
// block in docs/test/refusals, below a heading that links to the page, or on the page itself. `code-blocks.test.ts` runs
// the blocks.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { type CodeBlock, codeBlocks, promisesOf } from "../../scripts/code-blocks.ts";
import { root } from "./blocks/check-command.ts";
import { pagesOfRepository } from "./blocks/pages.ts";
import { consoleCommands, literally } from "./blocks/run-page.ts";

/** A block, the page that it is for, and what it shows on one line. */
interface Proof {
  readonly page: string;
  readonly place: string;
  readonly notRun: string | undefined;
  readonly shown: string;
}

const refusals = "docs/test/refusals";
const pages = pagesOfRepository().filter(
  (page) => !page.startsWith("docs/test/") && !page.startsWith("docs/decisions/"),
);

/** What a page names in its own text: messages with `…`, codes such as E_DATA, and `$? = 75` for an exit code. */
function named(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8").replace(/^```.*?^```$/gms, "");
  const cells = page === "docs/troubleshooting.md" ? [...text.matchAll(/^\| (`.*?`) \|/gm)] : [];
  const messages = cells.flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message),
  );
  const exitCodes = page === "docs/environment.md" ? [...text.matchAll(/^\| (\d+) \|/gm)] : [];
  return [
    ...messages,
    ...new Set(text.match(/\bE_[A-Z]+(?:_[A-Z]+)*\b/g)),
    ...exitCodes.map(([, code = ""]) => `$? = ${code}`),
  ];
}

function shownBy({ language, code, notRun }: CodeBlock): string {
  const lines =
    language === "console"
      ? consoleCommands(code).map(({ command, shown }) =>
          command === "echo $?" ? `$? = ${shown.trim()};` : shown,
        )
      : language === "ts" && notRun === undefined
        ? promisesOf(code)
        : notRun === undefined
          ? []
          : [code];
  return lines.join(" ").replace(/\s+/g, " ");
}

function proofsIn(file: string, pageAt: (line: number) => string): Proof[] {
  return codeBlocks(pathToFileURL(join(root, file))).flatMap((block) => {
    const shown = shownBy(block);
    const { line, notRun } = block;
    return shown === "" ? [] : [{ page: pageAt(line), place: `${file}:${line}`, notRun, shown }];
  });
}

/** The blocks of one file of refusals, each for the page to which the heading above it links. */
function refusalsIn(name: string): Proof[] {
  const file = join(refusals, name);
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  return proofsIn(file, (line) => {
    const heading = lines.slice(0, line).findLast((text) => text.startsWith("# ")) ?? "";
    const [, link = ""] = /\]\((.*)\)$/.exec(heading) ?? [];
    return relative(root, join(root, dirname(file), link));
  });
}

const written = readdirSync(join(root, refusals)).flatMap(refusalsIn);
const own = pages.flatMap((page) => proofsIn(page, () => page));
const namedBy = new Map(pages.map((page) => [page, named(page)] as const));

function shows({ shown }: Proof, name: string): boolean {
  return new RegExp(`(?<!\\w)${name.split("…").map(literally).join(".*?")}(?!\\w)`).test(shown);
}

const rows = [...namedBy].flatMap(([page, names]) =>
  names.map((name) => {
    const proofs = [...written, ...own].filter((proof) => proof.page === page && shows(proof, name));
    const isRun = proofs.some(({ notRun }) => notRun === undefined);
    const why = isRun || proofs.length === 0 ? "" : ` (not run: ${proofs[0]!.notRun})`;
    return [`${page}: ${name}${why}`, { proofs, isLeftOut: why !== "" }] as const;
  }),
);

describe("a block shows what a page names", () => {
  test.for(rows)("%s", ([, { proofs, isLeftOut }], { skip }) => {
    if (isLeftOut) skip();
    expect(proofs).not.toEqual([]);
  });
});

describe("a page names what a block of refusals shows", () => {
  test.each(written.map((proof) => [proof.place, proof] as const))("%s", (_, proof) => {
    expect(namedBy.get(proof.page), `its heading links to a page`).toBeDefined();
    expect(
      namedBy.get(proof.page)!.filter((name) => shows(proof, name)),
      proof.shown,
    ).not.toEqual([]);
  });
});
