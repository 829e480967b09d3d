import { describe, expect, test } from "vitest";
import { fieldsThatSet } from "../../src/commands/memory/fields-that-set.ts";
import { axolotlQlora, configFixture, writtenConfig } from "../training-configs.ts";

const qlora = `base_model: org/m
${axolotlQlora}`;

const inAxolotl = (set: Record<string, string>, more = "") => fieldsThatSet(writtenConfig(qlora + more), set);

describe("fields of a config that make a change", () => {
  test.each([
    [{ loss: "chunked" }, "chunked_cross_entropy: true"],
    [{ optimizer: "paged-adamw-8bit" }, "optimizer: paged_adamw_8bit"],
    [{ checkpointing: "offload" }, "activation_offloading: true"],
    [{ adapterDtype: "bf16" }, "peft_autocast_adapter_dtype: false"],
    [
      { loss: "chunked", microBatch: "1", seq: "2048", rank: "16" },
      "chunked_cross_entropy: true, micro_batch_size: 1, sequence_len: 2048, lora_r: 16",
    ],
  ])("Axolotl: %j", (set, fields) => {
    expect(inAxolotl(set)).toBe(fields);
  });

  test("a plugin that is listed can be used, and one that is not takes more than a field", () => {
    const plugins = "\nplugins: [axolotl.integrations.liger.LigerPlugin]";
    expect(inAxolotl({ loss: "fused" }, plugins)).toBe("liger_fused_linear_cross_entropy: true");
    expect(inAxolotl({ loss: "fused" })).toBeUndefined();
    expect(inAxolotl({ microBatch: "1", targets: "q_proj,v_proj" })).toBeUndefined();
  });

  test("a list, and a field within another", () => {
    const peft = writtenConfig('{"peft_type":"LORA","r":8,"target_modules":"all-linear"}', "a.json");
    expect(fieldsThatSet(peft, { targets: "q_proj,v_proj" })).toBe("target_modules: [q_proj, v_proj]");
    const torchtune = configFixture("torchtune/config.yaml");
    expect(fieldsThatSet(torchtune, { rank: "32" })).toBe("model.lora_rank: 32");
  });
});
