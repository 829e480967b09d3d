import { type Command, Option } from "commander";
import { quantizations } from "../config/quantization.ts";
import { defaults as d } from "../defaults.ts";

/** Flags about model and data: of every command that trains. */
export function withDataFlags(command: Command): Command {
  return command
    .optionsGroup("Model and data:")
    .option("--model <model>", `starter, a folder, a .gguf file or a hub id (default: ${d.model})`)
    .option(
      "--base <weights>",
      `pretrained, or random: the same shapes without knowledge (default: ${d.base})`,
    )
    .addOption(quantizeOption())
    .option("--data <data>", `spam-assassin, or a .csv, .tsv, .jsonl or .parquet file (default: ${d.data})`)
    .option("--task <task>", "classification, or instruction: learn responses (default: by the columns)")
    .option("--text-column <name>", "column with the text (default: guessed and said)")
    .option("--label-column <name>", "column with the class (default: guessed and said)")
    .option("--prompt-column <name>", "column with the prompt (default: guessed and said)")
    .option("--response-column <name>", "column with the response (default: guessed and said)")
    .option("--messages-column <name>", "column with conversations (default: guessed and said)")
    .option("--template <text>", "{prompt} and {response} in a text (default: the model's chat template)")
    .option("--train-examples <n>", `training texts (default: ${d.trainExamples}; of a file, all)`)
    .option(
      "--validation-examples <n>",
      `validation texts (default: ${d.validationExamples}; of a file, all)`,
    )
    .option(
      "--max-length <tokens>",
      `tokens of a text that are read (default: ${d.maxLength.classification}; of instructions ${d.maxLength["causal-lm"]})`,
    );
}

/** Flags about the one score at the end, beside those about data: of every command that compares ranks. */
export function withTestFlags(command: Command): Command {
  return command
    .option(
      "--test-examples <n>",
      "texts to score the recommended rank on once, 0 for none (default: of spam-assassin as many as of validation; of a file none)",
    )
    .option("--test-data <file>", "a file of such texts, with the columns of --data");
}

/** Flags about the adapter, besides its rank. */
export function withAdapterFlags(command: Command): Command {
  return command
    .optionsGroup("Adapter:")
    .option(
      "--alpha <x|rank>",
      `size of the update; "rank" lets the step grow with the rank (default: ${d.alpha})`,
    )
    .option("--scaling <rule>", `lora: alpha/rank, rslora: alpha/√rank (default: ${d.scaling})`)
    .option("--dora", "train a magnitude for each row of a weight too")
    .addOption(new Option("--no-dora", "where the file says so").hideHelp())
    .option("--dropout <p>", `on the adapter's input (default: ${d.dropout})`)
    .option("--targets <list>", `layers with an adapter, such as q_proj,v_proj (default: ${d.targets})`)
    .option("--portable", "write adapters as vLLM and llama.cpp read them: alpha = rank, no rsLoRA")
    .addOption(new Option("--no-portable", "where the file says so").hideHelp());
}

/** How to keep the base: of every command that runs a model. */
export function quantizeOption(): Option {
  return new Option(
    "--quantize <format>",
    `keep the base in 4 bits: ${quantizations.join(", ")} (default: ${d.quantize})`,
  );
}

/** What to run on: of every command that runs a model. */
export function deviceOption(): Option {
  return new Option(
    "--device <name>",
    `auto, cpu, webgpu, dml, coreml, cuda, tensorflow, tensorflow-cpu (default: ${d.device})`,
  );
}

/** What products are computed in: of every command that runs a model. */
export function computeOption(): Option {
  return new Option(
    "--compute <type>",
    `products in float32, float16 or bfloat16, where the device has it (default: ${d.compute})`,
  );
}

/** Flags about optimisation. `auto`: what a sweep can find by itself. */
export function withTrainingFlags(command: Command, { auto = false } = {}): Command {
  const orAuto = (value: string): string => (auto ? `<${value}|auto>` : `<${value}>`);
  return command
    .optionsGroup("Training:")
    .option(
      `--learning-rate ${orAuto("x")}`,
      `of AdamW${auto ? "; auto: searched before the sweep" : ""} (default: ${d.learningRate.starter} for the starter, ${d.learningRate.other} for other models)`,
    )
    .option("--lora-plus <ratio>", `LoRA+: B learns this many times as fast as A (default: ${d.loraPlus})`)
    .option("--schedule <name>", `constant, linear or cosine (default: ${d.schedule})`)
    .option("--warmup <share>", `share of the steps (default: ${d.warmup})`)
    .option(
      `--epochs ${orAuto("n")}`,
      `passes over the training texts${auto ? "; auto: until twice as many bring nothing" : ""} (default: ${d.epochs})`,
    )
    .option("--batch-size <n>", `texts in one step (default: ${d.batchSize})`)
    .option("--micro-batch <n>", `texts in one pass through the model (default: ${d.microBatch})`)
    .option("--weight-decay <x>", `of AdamW (default: ${d.weightDecay})`)
    .option("--clip <norm>", `largest gradient norm, 0 for none (default: ${d.clip})`);
}

/** Flags about the grid: of every command that compares ranks. */
export function withGridFlags(command: Command): Command {
  return command
    .optionsGroup("What is compared:")
    .option("--ranks <list>", `ranks (default: ${d.ranks.join(",")})`)
    .option("--seeds <n|list>", `how many seeds, or which ones: 1,2,3 (default: ${d.seeds})`)
    .option("--method <name>", `trials to run: grid (all), probe or race (fewer) (default: ${d.method})`)
    .option("--robustness", "4 more trials: does the rank decide, or the learning rate?")
    .option(
      "--metric <name>",
      `accuracy or log-loss (default: ${d.metric.classification}; of instructions ${d.metric["causal-lm"]})`,
    )
    .option("--margin <x>", "loss of quality that is still adequate (default: 0.01 accuracy or 0.02 nats)")
    .option("--confidence <p>", `of intervals and verdict (default: ${d.confidence})`);
}

/** Flags about where and how many trials run. */
export function withMachineFlags(command: Command): Command {
  return command
    .optionsGroup("Running:")
    .option("--jobs <n>", "trials side by side (default: cores / threads; 1 on a GPU)")
    .option("--threads <n>", `threads of one trial (default: ${d.threads})`)
    .addOption(deviceOption())
    .addOption(computeOption())
    .option(
      "--pack <n>",
      `trials that share a process and its base: auto (measured), off or how many (default: ${d.pack})`,
    );
}
