import { readFileSync } from "node:fs";
import { matchCatalogueModel } from "@lorank/core/memory";
import { axolotlQlora, configFixture } from "../training-configs.ts";
import { shows, type Terminal } from "./shows.ts";

const llama = matchCatalogueModel("llama-3.1-8b")!.model.config;

shows("memory", "a card that is too small, and one that holds it", async ({ run }) => {
  await run("memory llama-3.1-8b --ranks 4,16 --gpu 24GB");
  await run("memory llama-3.1-8b --ranks 4,16 --gpu a100-40gb");
});

shows("memory", "without a card, with all that is behind the answer", async ({ run }) => {
  await run("memory llama-3.1-8b --ranks 16 --micro-batch 2 --all");
});

shows("memory", "LoRA, QLoRA and full fine-tuning compared", async ({ run }) => {
  await run("memory llama-3.1-8b --method compare --ranks 16 --gpu 24GB");
});

shows("memory", "several models", async ({ run }) => {
  await run("memory llama-3.1-8b qwen3-8b --method qlora --ranks 8,16 --gpu 24GB");
  await run("memory bert-base mixtral-8x7b --method qlora --ranks 8");
});

shows("memory", "several cards", async ({ run }) => {
  await run("memory llama-3.1-70b --method qlora --ranks 16 --gpu 2x24GB --strategy fsdp");
});

shows("memory", "hours and cost by rank", async ({ run }) => {
  await run("memory llama-3.1-8b --gpu a100-80gb --profile trl --ranks 8,64,256 --tokens 2M --price 2.5");
});

shows("memory", "hours that are not known", async (terminal) => {
  answersAlone(terminal);
  for (const line of [
    "llama-3.1-8b --gpu t4 --method qlora --ranks 8 --tokens 2M",
    "llama-3.1-8b --gpu 24GB --ranks 8 --examples 1000 --epochs 3",
    "llama-3.1-8b --gpu 2x4090 --strategy fsdp --ranks 8 --tokens 2M",
    "llama-3.1-8b --gpu 4090 --method full --tokens 2M",
    "llama-3.1-8b --gpu 4090 --profile litgpt --ranks 8 --tokens 2M",
    "bert-base --gpu 4090 --ranks 8 --tokens 2M",
    "qwen3-30b-a3b --gpu h100 --targets q_proj,v_proj --ranks 8 --tokens 2M",
  ])
    await terminal.run(`memory ${line}`);
});

shows("memory", "this engine", async ({ run }) => {
  await run("memory smollm2-135m --profile lorank --ranks 4,8 --micro-batch 2 --seq 64");
});

shows("memory", "a document", async ({ run, hide }) => {
  hide(/(?<=\.\d{9})\d+/g, "…");
  await run("memory llama-3.2-1b --ranks 8 --gpu t4 --json");
});

shows("memory", "the models that are built in", async ({ run }) => {
  await run("memory --list");
});

/** Leaves out of each answer what stands below it. */
function answersAlone({ hide }: Terminal): void {
  hide(/(?<=^\$[^\n]*\n(?:.+\n)*)\n(?:(?!\$ )[^\n]*\n)+(?=\$ |$(?![\s\S]))/gm, "…\n\n");
}

shows("memory", "answers about one model", async (terminal) => {
  answersAlone(terminal);
  for (const line of [
    "llama-3.2-1b --gpu h100 --ranks 16",
    "llama-3.1-8b --gpu 13GB --ranks 64 --method qlora --profile unsloth",
    "llama-3.1-8b --gpu 11GB --ranks 64 --method qlora --profile unsloth",
    "llama-3.1-8b --gpu 24GB --ranks 64 --seq 2048",
    "llama-3.1-70b --gpu 8GB --ranks 64",
    "llama-3.1-8b --gpu 40GiB",
    "llama-3.1-8b --gpu t4 --method qlora --ranks 64,8,16",
    "llama-3.1-8b",
    "llama-3.1-405b --ranks 8",
    "llama-3.2-1b --gpu h200 --ranks 8 --base nf4-dq",
    "llama-3.2-1b --gpu h200 --ranks 64 --method qlora --base int8",
    "llama-3.1-8b --gpu h100 --method full",
    "llama-3.1-8b --method compare --ranks 16",
    "llama-3.1-8b --method compare --ranks 16 --gpu t4",
    "llama-3.1-8b --gpu t4 --ranks 64 --method qlora --loss chunked",
    "llama-3.2-1b --gpu h200 --ranks 8 --profile trl",
    "llama-3.2-1b --gpu h200 --method full --profile trl",
    "llama-3.2-1b --gpu p100 --ranks 8 --attention flash",
    "llama-3.2-1b --gpu p100 --ranks 8 --base fp16",
    "qwen3-30b-a3b --gpu 192GB --ranks 8",
    "qwen3-30b-a3b --gpu 192GB --ranks 32 --expert-rank by-active-experts",
    "gpt-oss-20b --gpu 80GB --ranks 16 --expert-rank by-active-experts --seq 4096 --profile trl",
    "gemma-3-4b --gpu 192GB --ranks 8",
    "gemma-3-4b --gpu 192GB --ranks 8 --image-tokens 256",
    "Qwen/Qwen2.5-VL-7B-Instruct --gpu 4090 --method qlora --profile trl --image-tokens 1024 --seq 2k",
    "Llama-3.1-8B-Instruct --ranks 8",
  ])
    await terminal.run(`memory ${line}`);
});

shows("memory", "answers about other objectives", async (terminal) => {
  answersAlone(terminal);
  for (const line of [
    "--objective dpo --profile trl --gpu 24GB",
    "--objective dpo --profile trl --reference model --gpu 24GB",
    "--objective dpo --method full --profile trl",
    "--objective dpo --method compare",
    "--objective kto --profile llama-factory --micro-batch 2",
    "--objective orpo --profile llama-factory --micro-batch 2",
    "--objective reward --profile trl --micro-batch 2",
    "--objective grpo --profile trl --micro-batch 8 --generations 64 --completion 512",
    "--objective grpo --profile trl --generator vllm --completion 512 --gpu 40GB",
    "--objective grpo --profile trl --generator vllm --completion 512",
    "--objective dpo --profile unsloth",
    "--objective dpo --profile trl-2026 --gpu 24GB",
    "--objective grpo --profile trl-2026 --micro-batch 8 --completion 512",
    "--objective dpo --profile trl --gpu 4090 --tokens 2M",
    "--trained-modules embeddings,head --profile trl",
  ])
    await terminal.run(`memory llama-3.1-8b --ranks 16 ${line}`);
});

shows("memory", "an objective with all that is behind the answer", async ({ run }) => {
  await run(
    "memory llama-3.1-8b --ranks 16 --objective grpo --profile trl --generations 64 --micro-batch 8 --all",
  );
});

shows("memory", "a model without sdpa, with where its attention is from", async ({ run }) => {
  await run("memory gpt-oss-20b --ranks 16 --profile trl");
});

shows("memory", "answers about several models", async (terminal) => {
  answersAlone(terminal);
  for (const line of [
    "llama-3.2-1b llama-3.1-8b --ranks 4,16 --gpu 24GB",
    "llama-3.2-1b llama-3.1-8b --ranks 64 --method qlora",
    "llama-3.2-1b llama-3.1-8b --ranks 16 --method compare --gpu 24GB",
  ])
    await terminal.run(`memory ${line}`);
});

for (const tool of ["axolotl", "llama-factory", "torchtune", "peft"])
  shows("memory", `a config of ${tool}`, async ({ write, run }) => {
    const name = tool === "peft" ? "adapter_config.json" : "config.yaml";
    write(name, readFileSync(configFixture(`${tool}/${name}`)));
    await run(`memory llama-3.2-1b --config ${name} --gpu 24GB`);
  });

shows("memory", "configs of GRPO", async ({ write, run }) => {
  for (const tool of ["trl", "axolotl"])
    write(`${tool}.yaml`, readFileSync(configFixture(`${tool}/grpo-config.yaml`)));
  write(
    "open.yaml",
    readFileSync(configFixture("trl/grpo-config.yaml"), "utf8").replace(/vllm_max.*|use_vllm.*/g, ""),
  );
  await run("memory trl.yaml --gpu 24GB");
  await run("memory axolotl.yaml --gpu 24GB");
  await run("memory open.yaml");
});

shows("memory", "a config in the model's place", async ({ write, run }) => {
  write(
    "qlora.yaml",
    `base_model: meta-llama/Llama-3.1-8B\n${axolotlQlora}\nsample_packing: true\noptimizer: paged_adamw_8bit\n`,
  );
  write(
    "split.yaml",
    `base_model: meta-llama/Llama-3.1-8B\n${axolotlQlora}\nrl: dpo\ntensor_parallel_size: 2\n`,
  );
  await run("memory qlora.yaml --gpu 24GB");
  await run("memory split.yaml --gpu 24GB");
});

shows("memory", "answers about a config", async (terminal) => {
  answersAlone(terminal);
  terminal.write("qlora.yaml", `base_model: meta-llama/Llama-3.1-8B\n${axolotlQlora}\n`);
  for (const flags of ["", "--method lora", "--base bf16 --method lora", "--profile trl"])
    await terminal.run(`memory qlora.yaml --gpu 24GB ${flags}`);
});

shows("memory", "a config of an unknown type, read as a known one", async (terminal) => {
  terminal.write("new.json", JSON.stringify({ ...llama, model_type: "newt", num_loops: 4 }));
  await terminal.run("memory new.json");
  await terminal.run("memory new.json --as llama --ranks 8");
});

shows("memory", "models that are not known, refused", async ({ write, run, hide }) => {
  hide(/(?<=must be JSON: ).+/g, "WHAT NODE SAYS");
  write("unreadable.json", "{");
  for (const line of ["", " qwen3", " lama-3.1-8b", " no-such-model-of-anybody", " unreadable.json"])
    await run(`memory${line}`);
});

shows("memory", "wrong flags, refused", async ({ run }) => {
  await run("memory llama-3.1-8b --loss half --gpu big --ranks 4,x --seq 1.5");
  await run("memory llama-3.1-8b --targets q_porj");
  await run("memory llama-3.1-8b --ranks 2000");
  await run("memory llama-3.1-8b --svg no-folder/memory.svg");
  await run("memory llama-3.1-8b qwen3-8b --svg memory.svg --profile lorank");
  await run("memory bert-base llama-3.1-8b --targets q_proj");
  await run("memory smollm2-135m --profile lorank --loss fused --gpu 24GB --base int8");
  await run("memory mixtral-8x7b --profile lorank");
  await run("memory llama-3.1-8b --gpu 4090 --price 2.5");
  await run("memory llama-3.1-8b --gpu 4090 --tokens 2M --examples 1000");
  await run("memory llama-3.1-8b --gpu 4090 --tokens many --epochs 0");
  await run("memory smollm2-135m --profile lorank --tokens 2M");
  await run("memory llama-3.1-8b --expert-rank by-active-experts");
  await run("memory qwen3-30b-a3b --ranks 4 --expert-rank by-active-experts");
  await run("memory llama-3.1-8b --objective orpo --reference model");
  await run("memory llama-3.1-8b --objective dpo --reference adapters-off --method full");
  await run("memory llama-3.1-8b --objective dpo --generator vllm");
  await run("memory llama-3.1-8b --objective grpo --completion 2048");
  await run("memory llama-3.1-8b --trained-modules lm_head");
  await run("memory llama-3.1-8b --image-tokens 256");
  await run("memory qwen3-vl-8b --image-tokens 2048");
  await run("memory smollm2-135m --profile lorank --image-tokens 0");
  await run("memory bert-base --labels 2 --targets query --trained-modules head");
  await run("memory smollm2-135m --profile lorank --objective dpo");
});

shows("memory", "training configs, refused", async ({ write, run }) => {
  write("sweep.yaml", "model: starter\n");
  write("qlora.yaml", `base_model: meta-llama/Llama-3.1-8B\n${axolotlQlora}\n`);
  write(
    "misspelt.yaml",
    `base_model: m\n${axolotlQlora}\n`
      .replace("sequence_len", "sequence_length")
      .replace("micro_batch_size", "micro_batch"),
  );
  write(
    "offloaded.yaml",
    `base_model: m\n${axolotlQlora}\nfsdp_config: { offload_params: true }\nfsdp: full_shard\n`,
  );
  await run("memory sweep.yaml");
  await run("memory train.py");
  await run("memory llama-3.1-8b --config misspelt.yaml");
  await run("memory qlora.yaml --config misspelt.yaml");
  await run("memory qlora.yaml --base bf16");
  await run("memory llama-3.1-8b qlora.yaml");
  await run("memory llama-3.1-8b --config offloaded.yaml --gpu 2x24GB");
});
