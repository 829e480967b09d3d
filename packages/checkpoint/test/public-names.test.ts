import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "classesOf",
      "consumerWarnings",
      "ggufAdapter",
      "layerScaling",
      "modelConfig",
      "modelDigest",
      "modelEndTokens",
      "modelSource",
      "modelTokenizer",
      "modelWeights",
      "parseHubId",
      "parsePeftAdapter",
      "patternLookup",
      "peftAdapterBytes",
      "peftAdapterFiles",
      "peftKey",
      "portableAdapter",
      "safetensorsIn",
      "safetensorsParts",
      "truncateAdapter",
      "vllmRankNote",
    ],
    "./files": [
      "mergeAdapter",
      "modelAt",
      "openSafetensors",
      "readPeftAdapter",
      "rewriteModel",
      "writePeftAdapter",
      "writeSafetensors",
    ],
    "./disk": [
      "checkOutputFolder",
      "commitOnce",
      "copyFileAtomic",
      "digestOfFile",
      "freeBytes",
      "haveSameBytes",
      "makeFolder",
      "openRegularFile",
      "processState",
      "readTextFile",
      "replaceFile",
      "sha256OfFile",
      "throwIfUnreadable",
      "writeFileAtomic",
      "writeFolder",
      "writing",
    ],
    "./hub": ["resolveAdapter", "resolveModel"],
    "./sha256": ["sha256Bytes", "sha256Hex", "sha256OfParts"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
