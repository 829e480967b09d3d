import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import type { SettingsOf } from "../../src/settings/table.ts";
import { preparationOf } from "../../src/sweep/prepare.ts";
import { ticketsCsv, ticketsJsonl } from "../tickets.ts";
import { writeTinyModel } from "../tiny-model.ts";

const folder = temporaryFolder();
const model = join(folder, "tiny");
writeTinyModel(model);
writeFileSync(join(folder, "tickets.csv"), ticketsCsv(60));
writeFileSync(join(folder, "tickets.jsonl"), ticketsJsonl(60));

async function scoreWords(data: string, settings: SettingsOf<"sweep">): Promise<string | undefined> {
  const asked = { model, data: join(folder, data), "max-length": 24, ranks: [1], seeds: 1, ...settings };
  const request = { settings: asked, folder, earlier: undefined, dryRun: true, run: {}, output: {} };
  return (await preparationOf({}).prepare(request)).scoreWords;
}

test("a sweep of responses says what accuracy and log loss are of, one of classes need not", async () => {
  expect(await scoreWords("tickets.jsonl", {})).toBe(
    "Accuracy is the share of a response's tokens predicted right, log loss the mean over them; both are means over examples.",
  );
  expect(await scoreWords("tickets.jsonl", { metric: "contains" })).toMatch(
    /^Accuracy is the mean of contains over the generated answers, log loss that over the tokens/,
  );
  expect(await scoreWords("tickets.csv", { "label-column": "queue" })).toBeUndefined();
});
