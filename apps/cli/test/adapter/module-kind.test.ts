import { expect, test } from "vitest";
import { byKind, moduleKind } from "../../src/adapter/spectra.ts";

test.each([
  ["model.layers.11.self_attn.q_proj", "self_attn.q_proj"],
  ["bert.encoder.layer.0.attention.output.dense", "attention.output.dense"],
  ["bert.encoder.layer.0.output.dense", "output.dense"],
  ["transformer.h.3.mlp.c_proj", "mlp.c_proj"],
  ["model.layers.3.mlp.experts.17.up_proj", "mlp.experts.*.up_proj"],
  ["bert.pooler.dense", "bert.pooler.dense"],
  ["lm_head", "lm_head"],
  ["blocks.0", "blocks.*"],
  ["0.encoder.q_proj", "encoder.q_proj"],
])("%s is a %s", (path, kind) => {
  expect(moduleKind(path)).toBe(kind);
});

test("groups stand in the order of their first members", () => {
  const rows = ["l.0.v", "l.0.q", "l.1.v"].map((path) => ({ path }));
  expect([...byKind(rows)].map(([kind, group]) => [kind, group.length])).toEqual([
    ["v", 2],
    ["q", 1],
  ]);
});
