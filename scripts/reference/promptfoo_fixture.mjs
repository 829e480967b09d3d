// Writes packages/evidence/test/fixtures/promptfoo: results of promptfoo, by a provider that is a rule of rank, seed and
// question. promptfoo needs a newer Node than this repository, so npm brings one:
//
//     mkdir /tmp/promptfoo && (cd /tmp/promptfoo && npm init -y && npm install node@24.21.0 promptfoo@0.123.1)
//     node scripts/reference/promptfoo_fixture.mjs /tmp/promptfoo
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const installed = resolve(process.argv[2]);
const out = fileURLToPath(new URL("../../packages/evidence/test/fixtures/promptfoo", import.meta.url));
const runs = [4, 16].flatMap((rank) => [1, 2].map((seed) => ({ rank, seed })));

/** One question never comes back under rank 4 and seed 2; rank 4 is wrong more often. */
const provider = `
module.exports = class {
  constructor({ config }) { this.config = config; }
  id() { return "sums"; }
  async callApi(prompt, { vars: { question: q } }) {
    const { rank, seed } = this.config;
    if (rank === 4 && seed === 2 && q === 7) return { error: "no answer came back" };
    const kind = (7 * q + 3 * seed + Math.floor((q * q) / rank)) % 10;
    return { output: kind > 24 / rank ? String(q + 1) : kind > 1 ? "about " + (q + 1) : "?" };
  }
};`;

const providerOf = ({ rank, seed }) => ({
  id: "file://provider.js",
  label: `r${rank}-s${seed}`,
  config: { rank, seed },
});

const configOf = (providers, questions) => ({
  prompts: ["{{question}} + 1 ="],
  providers: providers.map(providerOf),
  tests: Array.from({ length: questions }, (_, question) => ({
    vars: { question },
    assert: [
      { type: "equals", value: String(question + 1), metric: "exact" },
      { type: "icontains", value: String(question + 1), metric: "contains", weight: 3 },
    ],
  })),
});

function evaluate(config, file) {
  const folder = mkdtempSync(join(tmpdir(), "promptfoo-"));
  writeFileSync(join(folder, "provider.js"), provider);
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const program = join(installed, "node_modules/promptfoo/dist/src/entrypoint.js");
  const flags = ["--no-cache", "--no-table", "--no-progress-bar", "--no-write", "-j", "1"];
  try {
    execFileSync(
      join(installed, "node_modules/node/bin/node"),
      [program, "eval", "-c", "config.json", "-o", file, ...flags],
      {
        cwd: folder,
        env: {
          ...process.env,
          PROMPTFOO_CONFIG_DIR: join(folder, "settings"),
          PROMPTFOO_DISABLE_TELEMETRY: "1",
          PROMPTFOO_DISABLE_UPDATE: "1",
          PROMPTFOO_DISABLE_REMOTE_GENERATION: "1",
          PROMPTFOO_FAILED_TEST_EXIT_CODE: "0",
        },
        stdio: "inherit",
      },
    );
    return join(folder, file);
  } catch (cause) {
    throw new Error("promptfoo must end with 0", { cause });
  }
}

rmSync(out, { recursive: true, force: true });
for (const run of runs) {
  const folder = join(out, `r${run.rank}-s${run.seed}`);
  mkdirSync(folder, { recursive: true });
  const file = run.rank === 16 && run.seed === 2 ? "results.json" : "results.jsonl";
  cpSync(evaluate(configOf([run], 20), file), join(folder, file));
}
// All runs in one file, told apart by their labels.
cpSync(evaluate(configOf(runs, 4), "results.jsonl"), join(out, "labels.jsonl"));
