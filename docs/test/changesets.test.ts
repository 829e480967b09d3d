import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bySubject, subjects } from "../../scripts/release/changelogs.ts";

const folder = new URL("../../.changeset/", import.meta.url);
const changesets = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");

test.each(changesets)("%s stands under subjects of the changelog", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8").replace(/^---\n[\s\S]*?\n---\n/, "");
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  expect(text.trimStart()).toMatch(/^### /);
  expect(headings.filter((heading) => !subjects.includes(heading) || heading === "Needs")).toEqual([]);
});

const written = `# lorank

## 0.2.0

### Minor Changes

### Memory

- One unit.

### Verdicts

- The margin.

### Patch Changes

### Needs

- @lorank/core 0.2.0

### Verdicts

- Rounded scores.

## 0.1.0

### Minor Changes

- First release.
`;

test("the newest entry is ordered by subject, and older ones stay as they are", () => {
  const expected = `# lorank

## 0.2.0

### Verdicts

- The margin.
- Rounded scores.

### Memory

- One unit.

### Needs

- @lorank/core 0.2.0

## 0.1.0

### Minor Changes

- First release.
`;
  expect(bySubject(written)).toBe(expected);
  expect(bySubject(expected)).toBe(expected);
});

test("a text under no subject is refused by its heading", () => {
  expect(() => bySubject(written.replace("### Memory", "### Weather"))).toThrow(
    /^a changeset must begin with a subject \(.*\), got Weather$/,
  );
  expect(() => bySubject(written.replace("### Memory\n", ""))).toThrow(/got Minor Changes$/);
});
