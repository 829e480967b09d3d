import { expect, test } from "vitest";
import { usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";

const root = new URL("../", import.meta.url);

test("the entries bundle for a browser, without a module of Node's", async () => {
  for (const entry of ["", "/models", "/spectrum", "/memory", "/memory-names", "/time", "/chapter"]) {
    expect(usesOfNode(await wholeBundle(`@lorank/core${entry}`, root)), entry).toEqual([]);
  }
});
