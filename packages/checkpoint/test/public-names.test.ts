import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "classesOf",
      "consumerWarnings",
      "encodeSafetensors",
      "ggufAdapter",
      "layerScaling",
      "namesById",
      "parseGguf",
      "parseModelTokenizer",
      "parsePeftAdapter",
      "parseSafetensors",
      "parseSafetensorsHeader",
      "peftAdapterBytes",
      "peftAdapterFiles",
      "peftKey",
      "portableAdapter",
      "safetensorsByteLength",
      "safetensorsHeaderLength",
      "truncateAdapter",
      "vllmRankNote",
    ],
    "./files": [
      "checkOutputFolder",
      "commitOnce",
      "freeBytes",
      "isProcessRunning",
      "makeFolder",
      "mergeAdapter",
      "modelSha256",
      "openModelWeights",
      "openSafetensors",
      "processStart",
      "readModelConfig",
      "readModelTokenizer",
      "readPeftAdapter",
      "readSafetensors",
      "reading",
      "replaceFile",
      "rewriteModel",
      "sha256OfFile",
      "throwIfUnreadable",
      "writeFileAtomic",
      "writeFolder",
      "writePeftAdapter",
      "writeSafetensors",
      "writing",
    ],
    "./hub": ["parseHubId", "resolveAdapter", "resolveModel"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
