import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "classesOf",
      "consumerWarnings",
      "encodeSafetensors",
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
    ],
    "./files": [
      "assertReplaceable",
      "commitOnce",
      "makeFolder",
      "mergeAdapter",
      "modelSha256",
      "openModelWeights",
      "openSafetensors",
      "readModelConfig",
      "readModelTokenizer",
      "readPeftAdapter",
      "readSafetensors",
      "rewriteModel",
      "sha256OfFile",
      "writeFileAtomic",
      "writeFolder",
      "writePeftAdapter",
      "writeSafetensors",
    ],
    "./hub": ["parseHubId", "resolveAdapter", "resolveModel"],
  });
});

test("the README names each of them", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  expect(
    Object.values(names)
      .flat()
      .filter((name) => !readme.includes(name)),
  ).toEqual([]);
});
