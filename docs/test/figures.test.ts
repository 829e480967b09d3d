// Figures that pages repeat are those of their sources. A new one gets a row here.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogueModels } from "@lorank/core/memory";
import { expect, test } from "vitest";
import { publishedSources } from "../../apps/cli/src/commands/plan/published-rows.ts";
import { root } from "./blocks/check-command.ts";

const text = (path: string): string => readFileSync(join(root, path), "utf8");
const json = <T>(path: string): T => JSON.parse(text(path)) as T;

const errors = json<
  Record<"inSample" | "leftOut", { readonly all: { rows: number; median: number; max: number } }>
>("packages/core/data/accuracy.json");
const emails = json<{ readonly emails: number }>("packages/starter/data/spam-assassin.manifest.json").emails;
const publishedRuns = text("packages/evidence/bench/data/sun-bert.csv").trimEnd().split("\n").length - 1;
const [, atOneRate, named] = /Of (\d+) sweeps of all ranks at one rate \(.*?\), (\d+) name/.exec(
  text("docs/checked/published-sweeps.md"),
)!;
const [, answered, right] = /^(\d+) of 96 are answered, \d+ %; (\d+) are right/m.exec(
  text("docs/checked/configs-of-others.md"),
)!;
const [, minutes, seconds] = /A whole `npm test` took (\d+):(\d+)/.exec(text("CONTRIBUTING.md"))!;
const minutesInWords = ["eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"];

/** Figures: how pages write them, with the number in a group, and what it must be. */
const figures: readonly (readonly [name: string, written: RegExp, value: string])[] = [
  ["models by name", /(\d+) (?:models by name|published models)/g, `${catalogueModels().length}`],
  [
    "published measurements",
    /median\s+of\s+(\d+)\s+published\s+measurements/g,
    `${errors.inSample.all.rows}`,
  ],
  [
    "their median error",
    /([\d.]+) %\s+in\s+the\s+median\s+of\s+\d+\s+published/g,
    errors.inSample.all.median.toFixed(1),
  ],
  [
    "that of rows left out",
    /([\d.]+) % (?:on measurements that were|where they were) left out/g,
    errors.leftOut.all.median.toFixed(1),
  ],
  [
    "the largest of rows left out",
    /left out of the fit, ([\d.]+) % at most/g,
    errors.leftOut.all.max.toFixed(1),
  ],
  ["published sweeps", /(\d+) published sweeps\./g, `${publishedSources.flatMap(({ rows }) => rows).length}`],
  [
    "sweeps at one rate",
    /(?:Of|of) (\d+) (?:\[?published sweeps\]?|sweeps of all ranks)[^.]*? at one rate/g,
    atOneRate!,
  ],
  [
    "those that name another rank",
    /(\d+) of 119 \[published sweeps\]|(?<=\[)(\d+) name another rank/g,
    named!,
  ],
  ["configs of others that are answered", /tried, (\d+) are answered without the hub/g, answered!],
  [
    "configs of others that are right",
    /(\d+) of 96 published configs|answered without the hub and (\d+) are right/g,
    right!,
  ],
  ["published runs of BERT", /(\d+) published runs/g, `${publishedRuns}`],
  ["e-mails", /(\d+,\d+) (?:labelled )?e-mails\b(?= labelled|\.|,| with)/g, emails.toLocaleString("en")],
  [
    "parameters of the starter",
    /(?:model of|Llama with) ([\d.]+) million parameters/g,
    (starterParameters() / 1e6).toFixed(1),
  ],
  [
    "minutes of npm test",
    /the tests take (\w+) minutes/g,
    minutesInWords[Math.round(Number(minutes) + Number(seconds) / 60) - 8]!,
  ],
];

/** Parameters of the starter's base: the elements of all its tensors. */
function starterParameters(): number {
  const bytes = readFileSync(join(root, "packages/starter/model/model.safetensors"));
  const header = bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE()));
  const tensors = Object.entries(JSON.parse(header) as Record<string, { readonly shape: number[] }>);
  return tensors
    .filter(([name]) => name !== "__metadata__")
    .reduce((sum, [, { shape }]) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
}

const pages = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" })
  .trimEnd()
  .split("\n")
  .filter((page) => !/CHANGELOG\.md$|^\.changeset\/|\/fixtures\//.test(page));

test.each(figures)("%s: each page has the number of the source", (_name, written, value) => {
  const found = pages.flatMap((page) =>
    [...text(page).matchAll(written)].map(([words, ...groups]) => ({
      page,
      words,
      number: groups.find((group) => group !== undefined),
    })),
  );
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ number }) => number !== value)).toEqual([]);
});
