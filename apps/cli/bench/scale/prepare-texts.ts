/** Prepares the texts of a file as a trial does: reads and splits the file, then tokenises all texts and stores the tokens. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelFolder } from "@lorank/starter";
import { nodeInputs } from "@lorank/train";
import { loadDataset } from "@lorank/train/browser";
import { tokenised } from "../../src/data/tokenised.ts";

const maxLength = 96; // the default of a sweep
const cache = { folder: mkdtempSync(join(tmpdir(), "lorank-bench-")), mostBytes: 2 ** 30 };
const data = await loadDataset({ data: process.argv[2]!, task: "classification" }, nodeInputs().readData);
tokenised(modelFolder, { ...data.inputs, maxLength }, (one) => data.tokenise(one, maxLength), cache);
rmSync(cache.folder, { recursive: true });
