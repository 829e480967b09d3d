import { expect, test } from "vitest";
import { parseMetric } from "../src/index.ts";

const forms =
  "equals, contains, icontains, regex:PATTERN, starts-with, is-json, numeric[:TOLERANCE], levenshtein[:DISTANCE], " +
  "rouge-n[:THRESHOLD], file:FILE";

test.each([
  ["equals", { text: "equals", isInverse: false, kind: "built-in" }],
  ["not-is-json", { text: "not-is-json", isInverse: true, kind: "built-in" }],
  ["numeric:.5e-3", { text: "numeric:.5e-3", isInverse: false, kind: "built-in" }],
  ["regex:^a:b\nc$", { text: "regex:^a:b\nc$", isInverse: false, kind: "built-in" }],
  ["not-file:C:\\judge.js", { isInverse: true, kind: "file", path: "C:\\judge.js" }],
])("%j is read", (text, metric) => {
  expect(parseMetric(text)).toMatchObject(metric);
});

test.each([
  ["equal", `metric must be one of ${forms}, got equal. Did you mean equals?`],
  ["ROUGE_N", `metric must be one of ${forms}, got ROUGE_N. Did you mean rouge-n?`],
  ["not-contain", `metric must be one of ${forms}, got not-contain. Did you mean contains?`],
  ["bleu", `metric must be one of ${forms}, got bleu`],
  ["constructor", `metric must be one of ${forms}, got constructor`],
  ["", `metric must be one of ${forms}, got nothing`],
  ["equals:Paris", "metric must be equals alone, got equals:Paris"],
  ["regex", "metric must be regex:PATTERN with a regular expression, got regex"],
  ["regex:", "metric must be regex:PATTERN with a regular expression, got regex:"],
  [
    "regex:(",
    "metric must be regex:PATTERN with a regular expression, got regex:( (Invalid regular expression: /(/: Unterminated group)",
  ],
  ["numeric:", "metric must be numeric[:TOLERANCE] with a number of at least 0, got numeric:"],
  ["numeric:-1", "metric must be numeric[:TOLERANCE] with a number of at least 0, got numeric:-1"],
  [
    "levenshtein:five",
    "metric must be levenshtein[:DISTANCE] with a number of at least 0, got levenshtein:five",
  ],
  [
    "levenshtein:1e999",
    "metric must be levenshtein[:DISTANCE] with a number of at least 0, got levenshtein:1e999",
  ],
  ["rouge-n:75", "metric must be rouge-n[:THRESHOLD] with a number from 0 to 1, got rouge-n:75"],
  ["file:", "metric must be file:FILE with the path of a module, got file:"],
  ["file", "metric must be file:FILE with the path of a module, got file"],
])("%j is refused with the rule", (text, message) => {
  expect(() => parseMetric(text)).toThrow(expect.objectContaining({ code: "E_METRIC", message }));
});
