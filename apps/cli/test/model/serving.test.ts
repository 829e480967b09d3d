import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { servedRankNote } from "../../src/model/serving.ts";
import { smallAdapter } from "../small-adapter.ts";

test("an adapter of rank 3 is served as 8, where vLLM serves it at all", () => {
  const folder = temporaryFolder();
  writePeftAdapter(folder, smallAdapter({ taskType: "CAUSAL_LM", heads: new Map() }));
  // Σ (in + out) is 16 + 16 + 16 + 8, of 2 bytes: 896 bytes at rank 8 and 336 at rank 3.
  expect(servedRankNote({ folder, rank: 3 })).toContain(
    "rank 3 needs 8, 896 B for each of --max-loras instead of 336 B",
  );
  const classifier = temporaryFolder();
  writePeftAdapter(classifier, smallAdapter());
  expect(servedRankNote({ folder: classifier, rank: 3 })).toBeUndefined();
});

test("nothing is said of a rank that vLLM has, nor of a folder without an adapter", () => {
  const folder = join(temporaryFolder(), "none");
  expect(servedRankNote({ folder, rank: 8 })).toBeUndefined();
  expect(servedRankNote({ folder, rank: 3 })).toBeUndefined();
});
