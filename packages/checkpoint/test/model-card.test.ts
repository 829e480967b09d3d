import { expect, test } from "vitest";
import { modelCard } from "../src/model-card.ts";
import { smallAdapter, withMagnitudes } from "./helpers/adapters.ts";

test("a card names base, rank, alpha and scaling, with the front matter of model hubs", () => {
  const card = modelCard(smallAdapter({ scalingRule: "rslora" }));
  expect(card.split("\n").slice(0, 7)).toEqual([
    "---",
    'base_model: "tiny"',
    "library_name: peft",
    "tags:",
    "- lora",
    "- lorank",
    "---",
  ]);
  expect(card).toContain(
    "- Rank 2, alpha 16, scaling alpha / √rank\n- Target modules: q_proj, v_proj\n- Task: SEQ_CLS\n",
  );
  expect(modelCard(smallAdapter())).toContain("scaling alpha / rank\n");
});

test("a card says DoRA, other ranks, and how to load an adapter without a task", () => {
  const card = modelCard(withMagnitudes(smallAdapter({ taskType: null, rank: 3 })));
  expect(card).toContain(
    "- Rank 3, alpha 16, scaling alpha / rank, with other ranks or alphas for some layers, DoRA\n",
  );
  expect(card).toContain("`peft.PeftModel.from_pretrained(<base>, <this folder>)`");
});

test("a base model's name cannot add lines of its own", () => {
  const card = modelCard(smallAdapter({ baseModel: 'x"\nlicense: mit' }));
  expect(card).toContain('base_model: "x\\"\\nlicense: mit"\n');
  expect(card).not.toContain("\nlicense: mit");
});
