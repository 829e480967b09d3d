// Writes packages/judge/test/fixtures/promptfoo.json: scores of promptfoo's own assertions on awkward answers. promptfoo needs a
// newer Node than this repository, so npm brings one:
//
//     mkdir /tmp/promptfoo && (cd /tmp/promptfoo && npm init -y && npm install node@24.21.0 promptfoo@0.123.1)
//     /tmp/promptfoo/node_modules/.bin/node scripts/reference/promptfoo_metrics_fixture.mjs /tmp/promptfoo
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

process.env.PROMPTFOO_DISABLE_TELEMETRY = "1";
process.env.PROMPTFOO_DISABLE_UPDATE = "1";
process.env.PROMPTFOO_CONFIG_DIR = mkdtempSync(join(tmpdir(), "promptfoo-"));
const installed = pathToFileURL(join(resolve(process.argv[2]), "package.json"));
const entry = createRequire(installed).resolve("promptfoo");
const { assertions } = await import(pathToFileURL(entry).href);
const { version } = JSON.parse(
  readFileSync(new URL("node_modules/promptfoo/package.json", installed), "utf8"),
);

const mat = "the cat sat on the mat";
const long = "It was the best of times, it was the worst of times. ".repeat(4);
/** An answer and its reference, a text or a JSON value. */
const pairs = [
  ["Paris", "Paris"],
  ["paris", "Paris"],
  [" Paris", "Paris"],
  ["Paris\n", "Paris"],
  ["Paris.", "Paris"],
  ["The capital is Paris.", "Paris"],
  ["Paris is the capital.", "Paris"],
  ["", "Paris"],
  [" \n", "Paris"],
  ["", ""],
  ["Paris", ""],
  [mat, mat],
  ["The cat sat. The mat sat.", "the cat the cat"],
  ["on mat the sat cat the", mat],
  ["a dog ran in a park", mat],
  ["the", "the the the"],
  ["the the the", "the"],
  ["cannot, won't; I'm gonna go!", "can not won't I'm gonna go"],
  ['She said "no".', "She said ``no''."],
  ["e.g. 1,000.5 (approx.)", "e.g. 1000.5 approx"],
  [long, long],
  [long, long.replaceAll("best", "worst")],
  [`${long}!`, long.trim()],
  ["42", "42"],
  ["42.0", "42"],
  ["The answer is 42", "42"],
  ["1,234.5", "1234.5"],
  ["-7", "7"],
  ["3.0e2", "300"],
  ["true", "true"],
  ["null", "null"],
  ['{"a":1,"b":[2]}', '{"a":1,"b":[2]}'],
  ['{ "b": [2], "a": 1 }', '{"a":1,"b":[2]}'],
  ['```json\n{"a":1}\n```', '{"a":1}'],
  ['{"a":1', '{"a":1}'],
  ["{'a':1}", '{"a":1}'],
  ["[1, 2]", "[1,2]"],
  ['"text"', "text"],
  ["NaN", "NaN"],
  ['{"a":1}{"a":1}', '{"a":1}'],
  ["Zürich", "Zürich"],
  ["Zu\u0308rich", "Zürich"],
  ["ZÜRICH", "zürich"],
  ["STRASSE", "straße"],
  ["İstanbul", "istanbul"],
  ["ΟΔΟΣ", "οδος"],
  ["東京です", "東京"],
  ["👍🏽 yes", "👍 yes"],
  ["👩‍👩‍👧", "👩‍👩‍👦"],
  ["\ufeffParis", "Paris"],
  ["a\u00a0b", "a b"],
  ["line one\nline two", "line one line two"],
  ["line one\r\nline two", "line one\nline two"],
  ["a\tb", "a b"],
  ["{{name}}", "{{name}}"],
  ["<b>&amp;</b>", "<b>&amp;</b>"],
  ["$& \\d+ .*", ".*"],
  ["kitten", "sitting"],
  ["abcdefghij", "klmnopqrst"],
  ["abcdef", "abcdefghijk"],
  ["x".repeat(40), "y".repeat(3) + "x".repeat(35)],
  ["x".repeat(70), "x".repeat(64)],
  ["constructor", "__proto__"],
  ['{"a":1,"b":[2]}', { a: 1, b: [2] }],
  ['{ "b": [2], "a": 1 }', { a: 1, b: [2] }],
  ['{"a":1,"b":[2],"c":null}', { a: 1, b: [2] }],
  ['{"a":1.0,"b":[2]}', { a: 1, b: [2] }],
  ['{"a":"1","b":[2]}', { a: 1, b: [2] }],
  ['```json\n{"a":1,"b":[2]}\n```', { a: 1, b: [2] }],
  ["not JSON", { a: 1, b: [2] }],
  ["[1,2]", [1, 2]],
  ["[2,1]", [1, 2]],
  ['{"0":1,"1":2}', [1, 2]],
  ["[]", []],
  ["{}", []],
  ["-0", [0]],
  ["[-0]", [0]],
  ["", {}],
];

/** Metrics as ours are written, each with promptfoo's assertion. */
const pattern = (value) => [`regex:${value}`, { type: "regex", value }];
const metrics = [
  ["equals", { type: "equals" }],
  ["contains", { type: "contains" }],
  ["icontains", { type: "icontains" }],
  ["starts-with", { type: "starts-with" }],
  ["is-json", { type: "is-json", value: undefined }],
  ["levenshtein", { type: "levenshtein" }],
  ["levenshtein:0", { type: "levenshtein", threshold: 0 }],
  ["levenshtein:2.5", { type: "levenshtein", threshold: 2.5 }],
  ["rouge-n", { type: "rouge-n" }],
  ["rouge-n:0.5", { type: "rouge-n", threshold: 0.5 }],
  ["rouge-n:1", { type: "rouge-n", threshold: 1 }],
  ...["^Paris$", "paris", "\\d+(\\.\\d+)?$", "^[^\\n]*$", ".", "ü", "^.{4,6}$", "[A-Z]{2,}:?"].map(pattern),
];

/** promptfoo's score and pass, or null where it refuses the reference. */
async function outcomeOf(assertion, reference, output) {
  // By a variable, so that braces in a reference are no template.
  const value = typeof reference === "object" ? reference : "{{reference}}";
  try {
    const { score, pass } = await assertions.runAssertion({
      assertion: { value, ...assertion },
      test: { vars: { reference } },
      providerResponse: { output },
    });
    return [score, pass];
  } catch (error) {
    if (!/Invariant failed/.test(error.message)) throw error;
    return null;
  }
}

const outcomes = {};
for (const [text, assertion] of metrics)
  for (const not of ["", "not-"]) {
    const rows = [];
    for (const [answer, reference] of pairs)
      rows.push(await outcomeOf({ ...assertion, type: not + assertion.type }, reference, answer));
    outcomes[not + text] = rows;
  }

const file = fileURLToPath(new URL("../../packages/judge/test/fixtures/promptfoo.json", import.meta.url));
mkdirSync(dirname(file), { recursive: true });
const lines = (entries) => entries.map((entry) => `    ${entry}`).join(",\n");
writeFileSync(
  file,
  `{
  "promptfoo": "${version}",
  "pairs": [
${lines(pairs.map((pair) => JSON.stringify(pair)))}
  ],
  "outcomes": {
${lines(Object.entries(outcomes).map(([text, rows]) => `${JSON.stringify(text)}: ${JSON.stringify(rows)}`))}
  }
}
`,
);
process.exit(0); // promptfoo keeps timers
