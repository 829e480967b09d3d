import { expect, test } from "vitest";
import { browserBundle, usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";

const root = new URL("../", import.meta.url);

test("the entries bundle for a browser, without a module of Node's", async () => {
  for (const entry of ["", "/memory", "/decide", "/results", "/chapter"]) {
    expect(usesOfNode(await wholeBundle(`@lorank/core${entry}`, root)), entry).toEqual([]);
  }
});

test("a bundle holds what it uses: one function of decisions brings no words", async () => {
  const { bytes } = await browserBundle('export { fitCrossed } from "@lorank/core/decide";', root);
  expect(bytes).toBeLessThan(3_000);
});
