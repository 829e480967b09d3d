import { describe, expect, test } from "vitest";
import { loadingCode } from "../../src/peft/model-card.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";

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
