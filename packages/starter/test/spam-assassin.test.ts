import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { spamAssassin } from "../src/index.ts";

const manifest = JSON.parse(
  readFileSync(new URL("../data/spam-assassin.manifest.json", import.meta.url), "utf8"),
);

describe("spamAssassin", () => {
  const splits = spamAssassin();

  test("has the manifest's number of mails of each label in each split", () => {
    const counted = Object.fromEntries(
      Object.entries(splits).map(([split, emails]) => {
        const spam = emails.filter((email: { label: string }) => email.label === "spam").length;
        return [split, { ham: emails.length - spam, spam }];
      }),
    );
    expect(counted).toEqual(manifest.counts);
  });

  test("has each mail once, with a subject line, at most 4,000 units long", () => {
    const all = [...splits.train, ...splits.validation, ...splits.test];
    expect(new Set(all.map(({ id }) => id)).size).toBe(5861);
    expect(new Set(all.map(({ text }) => text)).size).toBe(5861);
    expect(all.filter(({ text }) => !text.startsWith("Subject: ") && !text.startsWith("Subject:\n"))).toEqual(
      [],
    );
    expect(Math.max(...all.map(({ text }) => text.length))).toBeLessThanOrEqual(4000);
  });

  test("labels by the source's group: both ham groups are ham", () => {
    const groups = new Set(splits.train.map(({ id, label }) => `${id.replace(/-\d\/.*/, "")} ${label}`));
    expect([...groups].sort()).toEqual(["easy-ham ham", "hard-ham ham", "spam spam"]);
  });

  test("gives each caller arrays of its own", () => {
    spamAssassin().train.length = 0;
    expect(spamAssassin().train.length).toBe(splits.train.length);
  });
});
