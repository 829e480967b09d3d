import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "columnsOf",
      "endOf",
      "listRows",
      "namedSeparator",
      "pieceDecoder",
      "placesLike",
      "plainName",
      "standardInput",
      "tableColumns",
      "tableRows",
      "usualColumns",
    ],
    "./names": ["noGroups"],
    "./node": ["readBytes", "readData", "readDataRows"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
