import { matchCatalogueModel } from "@lorank/core/memory";
import { expect, test } from "vitest";
import { torchtuneModels } from "../../src/tools/torchtune/names.ts";

test.each(Object.entries(torchtuneModels))("torchtune's %s is known without the hub, as %s", (_, id) => {
  expect(matchCatalogueModel(id)).toBeDefined();
});
