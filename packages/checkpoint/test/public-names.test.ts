import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "bytesSource",
      "classesOf",
      "consumerWarnings",
      "encodeSafetensors",
      "ggufAdapter",
      "layerScaling",
      "modelConfig",
      "modelDigest",
      "modelSource",
      "modelTokenizer",
      "modelWeights",
      "namesById",
      "parseGguf",
      "parseHubId",
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
      "safetensorsIn",
      "safetensorsParts",
      "truncateAdapter",
      "vllmRankNote",
    ],
    "./files": [
      "checkOutputFolder",
      "commitOnce",
      "copyFileAtomic",
      "digestOfFile",
      "freeBytes",
      "haveSameBytes",
      "isProcessRunning",
      "makeFolder",
      "mergeAdapter",
      "modelAt",
      "modelSha256",
      "openModelWeights",
      "openRegularFile",
      "openSafetensors",
      "processStart",
      "readModelConfig",
      "readModelTokenizer",
      "readPeftAdapter",
      "readSafetensors",
      "readTextFile",
      "readWholeFile",
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
