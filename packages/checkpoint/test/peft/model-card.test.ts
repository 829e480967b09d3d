import { describe, expect, test } from "vitest";
import { loadingCode, modelCard } from "../../src/peft/model-card.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";

describe("a model card", () => {
  /** The front matter by which model hubs sort a card. */
  const frontMatter = (card: string): string[] => card.split("\n---\n")[0]!.split("\n").slice(1);

  describe("modelCard", () => {
    test("names base, rank, alpha and scaling, with the front matter of model hubs", () => {
      const card = modelCard(smallAdapter({ scalingRule: "rslora" }));
      expect(frontMatter(card)).toEqual([
        'base_model: "tiny"',
        "library_name: peft",
        "tags:",
        "- lora",
        "- lorank",
      ]);
      expect(card).toContain(
        "- Rank 2, alpha 16, scaling alpha / √rank\n- Target modules: q_proj, v_proj\n- Task: SEQ_CLS\n",
      );
      expect(modelCard(smallAdapter())).toContain("scaling alpha / rank\n");
    });

    test("names the classes and has the code that loads the adapter", () => {
      const adapter = smallAdapter({ classNames: ["ham", "spam"] });
      const card = modelCard(adapter);
      expect(card).toContain("\n- Classes, in the order of the head: ham, spam\n");
      expect(card).toContain(`\`\`\`python\n${loadingCode(adapter)}\`\`\`\n`);
    });

    test("says DoRA, other ranks, and how to load an adapter without a task", () => {
      const card = modelCard(withMagnitudes(smallAdapter({ taskType: null, rank: 3 })));
      expect(card).toContain(
        "- Rank 3, alpha 16, scaling alpha / rank, with other ranks or alphas for some layers, DoRA\n",
      );
      expect(card).toContain('`peft.PeftModel.from_pretrained(base, ".")`');
    });

    test("says that the head of a classifier is not there", () => {
      expect(modelCard(smallAdapter({ heads: new Map() }))).toContain(
        "- Task: SEQ_CLS, without the trained head",
      );
    });

    test("links a base on the hub without its revision", () => {
      expect(frontMatter(modelCard(smallAdapter({ baseModel: "org/name@v1" })))[0]).toBe(
        'base_model: "org/name"',
      );
    });

    test("says of a path that it is one, and does not link it: a hub refuses that", () => {
      const card = modelCard(smallAdapter({ baseModel: "/models/tiny" }));
      expect(frontMatter(card)[0]).toBe("library_name: peft");
      expect(card).toContain("by its path on the machine that wrote this file");
    });

    test("says where a base comes from that an npm package has", () => {
      const npm = { packageName: "@lorank/starter", version: "1.2.3", folder: "model" };
      const card = modelCard(smallAdapter({ baseModel: "/lib/node_modules/@lorank/starter/model" }), npm);
      expect(card).toContain("`npm install @lorank/starter` puts it at `node_modules/@lorank/starter/model`");
      expect(card).toContain("On another machine, write your own path in its place, below");
    });

    test("says to write the path of such a base where it is called by its name, which no hub has", () => {
      const npm = { packageName: "@lorank/starter", version: "1.2.3", folder: "model" };
      const card = modelCard(smallAdapter({ baseModel: "starter" }), npm);
      expect(frontMatter(card)[0]).toBe("library_name: peft");
      expect(card).toContain(
        "`node_modules/@lorank/starter/model`. Write that path in place of `starter`, below",
      );
    });

    test("names no base where there is none", () => {
      const card = modelCard(smallAdapter({ baseModel: "" }));
      expect(frontMatter(card)[0]).toBe("library_name: peft");
      expect(card).toContain("- Base model: not named\n");
    });

    test("gives a base model's name no lines of its own", () => {
      const card = modelCard(smallAdapter({ baseModel: 'x"\nlicense: mit' }));
      expect(card).toContain('base_model: "x\\"\\nlicense: mit"\n');
      expect(card).not.toContain("\nlicense: mit");
    });
  });
});

describe("the code that loads an adapter", () => {
  const classNames = ["ham", 'a "b"'];

  describe("loadingCode", () => {
    test("of a classifier tells transformers the classes, and answers with a name", () => {
      expect(loadingCode(smallAdapter({ baseModel: "/models/tiny", classNames }))).toBe(
        `from peft import PeftModel
from transformers import AutoModelForSequenceClassification, AutoTokenizer

base = "/models/tiny"
labels = ["ham", "a \\"b\\""]
model = AutoModelForSequenceClassification.from_pretrained(
    base,
    dtype="float32",
    num_labels=len(labels),
    id2label=dict(enumerate(labels)),
    label2id={label: i for i, label in enumerate(labels)},
    ignore_mismatched_sizes=True,
)
model = PeftModel.from_pretrained(model, ".")
tokenizer = AutoTokenizer.from_pretrained(base)

inputs = tokenizer("a text to classify", truncation=True, return_tensors="pt")
logits = model(**inputs).logits[0]
print(model.config.id2label[logits.argmax().item()])
`,
      );
    });

    test("cuts texts where those of the training were cut", () => {
      const code = loadingCode(smallAdapter({ classNames, maxLength: 96 }));
      expect(code).toContain('AutoTokenizer.from_pretrained(base, truncation_side="right")\n');
      expect(code).toContain('"a text to classify", truncation=True, max_length=96, return_tensors="pt")');
    });

    test("of a classifier without names has their number, which transformers would take to be 2", () => {
      const code = loadingCode(smallAdapter({ heads: new Map([["score.weight", counting(5, 4)]]) }));
      expect(code).toContain("    num_labels=5,\n    ignore_mismatched_sizes=True,\n");
      expect(code).not.toContain("labels = ");
    });

    test("of a language model loads it, and no more", () => {
      expect(
        loadingCode(smallAdapter({ taskType: "CAUSAL_LM", heads: new Map(), baseModel: "org/name" })),
      ).toBe(
        `from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = "org/name"
model = AutoModelForCausalLM.from_pretrained(
    base,
    dtype="float32",
)
model = PeftModel.from_pretrained(model, ".")
tokenizer = AutoTokenizer.from_pretrained(base)
`,
      );
    });

    test.each([
      ["org/name@v1", "org/name", 'revision="v1"'],
      ["org/name:q4/a.gguf", "org/name", 'gguf_file="q4/a.gguf"'],
      ["org/name@v1:a.gguf", "org/name", 'revision="v1", gguf_file="a.gguf"'],
      ["/models/a.gguf", "/models", 'gguf_file="a.gguf"'],
    ])("finds %s as transformers does", (baseModel, name, keywords) => {
      const code = loadingCode(smallAdapter({ baseModel }));
      expect(code).toContain(`base = "${name}"\n`);
      expect(code).toContain(`    base,\n    ${keywords.replaceAll(", ", ",\n    ")},\n    dtype`);
      expect(code).toContain(`AutoTokenizer.from_pretrained(base, ${keywords})\n`);
    });

    test.each([
      ["no base", { baseModel: "" }],
      ["no task", { taskType: null }],
      ["a classifier's task and no head", { heads: new Map() }],
    ])("is none for an adapter with %s", (_, changes) => {
      expect(loadingCode(smallAdapter(changes))).toBeUndefined();
    });
  });
});
