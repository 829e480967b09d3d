import { memoryDefaults, memoryNames } from "@lorank/core/memory-names";
import { defaultMargins, methodNames, metricNames } from "@lorank/evidence/names";
import { defaults as d } from "../defaults.ts";
import { readableConfigs, toolNames } from "../tools/tools.ts";
import { cardMemory } from "./card-memory.ts";
import {
  answerMetrics,
  computeChoices,
  deviceChoices,
  encodingChoices,
  exportFormats,
  mergeWays,
} from "./choices.ts";
import { executorFlags, executorNames, executorPlaces } from "./executors.ts";
import * as k from "./kinds.ts";
import { commandLine, trainer } from "./object-kind.ts";
import { quantizations } from "./quantization.ts";
import { recipeNames } from "./recipes.ts";
import { type CommandName, type Setting, under } from "./setting.ts";

const compare = ["sweep", "plan"] as const;
const train = [...compare, "train"] as const;
const run = [...train, "eval"] as const;
const generate = ["generate"] as const;
const loads = [...run, ...generate] as const;
const read = [...run, "judge"] as const;
const memory = ["memory"] as const;
const quantize = ["quantize"] as const;
const evaluated = ["verdict", "report"] as const;

const column = k.text("a column's name", "name");
const file = k.text("a file", "file");
const folder = k.text("a folder", "folder");
const model = k.text("starter, a model folder, a .gguf file or a hub id", "model");
const metric = k.choice(metricNames);
/** Another name than these is one of `@lorank/judge`, which checks it where trials are prepared. */
const trialMetric = {
  ...k.text(`${metric.rule}, or a metric of answers such as equals`, "name"),
  names: [...metric.names!, ...answerMetrics],
};
/** The judge in a file that a metric names. */
const judgeFile = (metric: string): string | undefined => (/^(not-)?file:/.test(metric) ? metric : undefined);
const dtype = k.choice(["fp32", "fp16", "bf16"]);
const quantization = k.choice(["none", ...quantizations]);
const rate = k.orWord("auto", k.positive, 'a positive number or "auto"');

const places = Object.values(executorPlaces)
  .join(", ")
  .replace(/, (?=[^,]*$)/, ", or ");

const question = under("What is asked:");
const data = under("Model and data:");
const ids = under("Token ids:");
const prompts = under("Prompts:");
const answers = under("Answers:");
const compared = under("What is compared:");
const evidence = under("What is read of an evaluator's files:");
const adapter = under("Adapter:");
const training = under("Training:");
const running = under("Running:");
const trained = under("What is trained:");
const on = under("What it is trained on:");
const stack = under("How it is trained (default: as the profile does):");
const bits = under("4 bits:");
const shown = under("What is shown:");
const output = under("Output:");

/** Every setting of every command. Flags, help, the file's schema and docs/cli.md are made from it. */
// biome-ignore format: one row a line
export const table = [
  question("power", k.confidence, ["plan"], "probability that a true difference is found, or that an equal rank is shown to be within the margin", { default: d.power }),
  question("results", file, ["plan"], "runs to learn from: a sweep's folder, finished or not, or outcomes of single examples as for verdict", { unit: "path" }),
  question("measure", k.onOff, ["plan"], "time a few steps of the smallest and the largest rank"),
  question("examples", k.atLeastTwo, ["plan"], "evaluation examples of another trainer: the statistics alone"),
  question("list", k.onOff, memory, "print the models that are known without their files"),
  question("as", k.text("a model type", "type"), memory, "read a config.json of a model_type that is not known as this one, such as llama"),
  question("config", file, memory, `a config of ${k.choice(readableConfigs).rule}; flags win over it`),
  question("metric", k.repeatedText("a metric", "metric"), ["judge"], "equals, contains, icontains, starts-with, regex:PATTERN, is-json, numeric[:TOLERANCE], levenshtein[:DISTANCE], rouge-n[:THRESHOLD] or file:FILE, a judge of yours; not- before it for the opposite; may be repeated", { required: true }),
  question("timeout", k.time, ["judge"], "longest time of a judge in a file, regex or levenshtein for one answer", { default: "10s" }),

  data("model", model, train, "starter, a folder, a .gguf file or a hub id (org/name)", { default: d.model, isPath: true }),
  data("model", model, ["eval"], "the same as the argument"),
  data("model", model, ["init"], "starter, a folder, a .gguf file or a hub id (org/name)", { default: `${d.model}; of another trainer its recipe's` }),
  data("model", model, ["worker"], "the sweep's model on this machine", { default: "found by the sweep's name for it" }),
  data("adapter", model, ["eval"], "a PEFT folder or a hub id", { unit: "adapter", default: "the base alone" }),
  data("adapter", k.names, generate, "PEFT folders or hub ids; several stand side by side with the base, as does one with the word base", { default: "the base alone" }),
  data("weights", k.choice(["pretrained", "random"]), train, "pretrained, or random ones of the same shapes as a control", { default: d.weights, expert: true }),
  data("base", k.choice(["pretrained", "random"]), train, "the former name of --weights", { hidden: true }),
  data("quantize", quantization, loads, "keep the base's linear layers in 4 bits (QLoRA); dq is double quantisation", { default: d.quantize }),
  data("data", k.text("spam-assassin or a file", "data"), run, "spam-assassin; a .csv, .tsv, .txt, .json, .jsonl or .parquet file; or - for standard input", { default: d.data, isPath: true }),
  data("data", k.text("spam-assassin or a file", "data"), ["init"], "spam-assassin or a file", { default: `${d.data}; of another trainer its recipe's` }),
  data("encoding", k.choice(encodingChoices), read, "encoding of the data", { default: "found from the bytes and reported", expert: true }),
  data("delimiter", k.delimiter, read, 'what stands between two cells of the data: ",", ";", "|" or tab', { default: "found from the header and reported", expert: true }),
  data("quote", k.choice(k.quoteChoices), read, "double: double quotes enclose a cell that opens with one, and are characters in others; none: each is a character", { default: "double, as in RFC 4180", expert: true }),
  data("skip-invalid", k.onOff, run, "leave out rows that lack a text, a label, a prompt, a response or a group, and say how many", { expert: true }),
  data("merge-labels", k.onOff, train, "take labels for one class that differ only in case or in spaces around them", { expert: true }),
  data("keep-overlap", k.onOff, train, "keep validation texts that are also in training, or whose group is; a sweep of an earlier version goes on with them", { expert: true }),
  data("split", k.choice(["train", "validation", "test"]), ["eval"], "rows of this split", { default: "all; of spam-assassin, validation" }),
  data("task", k.choice(["classification", "instruction"]), train, "learn a text's class, or the response to a prompt", { default: "by the columns", expert: true }),
  data("task", k.choice(["classification", "instruction", "causal-lm"]), ["eval"], "causal-lm is another name of instruction", { default: "the adapter's, else by the data", expert: true }),
  data("text-column", column, [...run, "init"], "column with the text", { default: "inferred and reported" }),
  data("label-column", column, [...run, "init"], "column with the class", { default: "inferred and reported" }),
  data("labels", k.names, ["eval"], "the classes in the head's order", { default: "the adapter's, else the model's, else alphabetical" }),
  data("prompt-column", column, [...loads, "init"], "column with the prompt", { default: "inferred and reported" }),
  data("response-column", column, [...loads, "init"], "column with the response that is learned", { default: "inferred and reported" }),
  data("messages-column", column, loads, "column with whole conversations", { default: "inferred and reported", expert: true }),
  data("group-column", column, train, "column with the document, thread or person that a text comes from: parts and intervals keep to whole groups", { default: "group, where it names 10 or more; none: no groups" }),
  data("template", k.text("a text", "text"), loads, "prompt and response in one text: {prompt}, {response}", { default: "the model's chat template", expert: true }),
  data("train-examples", k.count, train, "training texts", { default: `${d.trainExamples}; of a file all that are left` }),
  data("validation-examples", k.count, train, "texts to compare ranks on", { default: `${d.validationExamples}; of a file those that split names, else a fifth` }),
  data("test-examples", k.noneOrTwo, compare, "texts to score the recommended rank on once, 0 for none", { default: "of spam-assassin as many as of validation; of a file none" }),
  data("test-data", file, compare, "a file of such texts, with the columns of --data", { isPath: true, expert: true }),
  data("max-length", k.length, run, "tokens of a text that are read; 8k is 8192", { unit: "tokens", default: `${d.maxLength.classification}; of instructions ${d.maxLength["causal-lm"]}` }),

  ids("tensors", file, ["eval"], "safetensors with input_ids and, if you have them, attention_mask and labels"),
  ids("gradients", k.onOff, ["eval"], "write the gradients of the loss too"),

  prompts("prompts", file, generate, "a file of prompts: a column prompt or messages, and the response where the answer is known; or a .txt with one a line"),
  prompts("prompt-ids", k.tokenIds, generate, "token ids of a prompt; the model needs no tokenizer"),
  prompts("system", k.text("a text", "text"), generate, "system message before each prompt, in the chat template"),

  answers("max-new-tokens", k.count, generate, "most tokens of an answer", { unit: "tokens", default: d.answerTokens }),
  answers("temperature", k.amount, generate, "divides the logits before a token is drawn; 0 takes the most probable", { default: d.temperature }),
  answers("top-p", k.topP, generate, "draw from the most probable tokens that have this probability together", { default: 1 }),
  answers("seed", k.whole, generate, "of the draws", { default: d.seed }),
  answers("stop", k.text("a text", "text"), generate, "text that ends an answer; \\n stands for a line feed"),
  answers("ignore-eos", k.onOff, generate, "go on behind the tokens that end an answer"),
  answers("batch-size", k.count, generate, "prompts that are answered at a time", { default: d.generationBatch }),

  compared("ranks", k.ranks, compare, "ranks", { default: d.ranks }),
  compared("ranks", k.ranks, ["init"], "ranks", { default: `${d.ranks.join(",")}; of another trainer its recipe's` }),
  compared("seeds", k.seeds, compare, "how many seeds, or which ones (1,2,3)", { default: d.seeds }),
  compared("seeds", k.seeds, ["init"], "how many seeds, or which ones (1,2,3)", { default: `${d.seeds}; of another trainer its recipe's` }),
  compared("method", k.choice(methodNames), compare, "trials to run: grid (all), probe or race (fewer)", { default: d.method }),
  compared("until", k.choice(["settled"]), compare, "add seeds until the verdict is settled (within the margin, or still rising), or what is left would hardly improve it"),
  compared("max-seeds", k.count, compare, "with --until: the most seeds of a rank", { default: d.maxSeeds, expert: true }),
  compared("robustness", k.onOff, compare, "5 more trials: does the rank decide, or the learning rate or the scaling?"),
  compared("metric", trialMetric, compare, `what the verdict rests on: ${metric.rule}; of instructions also a metric of generated answers, by promptfoo's name`, { default: `${d.metric.classification}; of instructions ${d.metric["causal-lm"]}`, programOf: judgeFile }),
  compared("max-new-tokens", k.count, compare, "with a metric of answers: most tokens of one", { unit: "tokens", default: d.maxNewTokens, engineOnly: true, expert: true }),
  compared("margin", k.margin, compare, "loss of quality that you still accept: a share of accuracy, or nats (the unit of log loss)", { default: defaultMargins }),
  compared("confidence", k.confidence, compare, "of the intervals and the verdict", { default: d.confidence, expert: true }),
  evidence("task", k.text("a task's name", "name"), evaluated, "the task, where runs have a file for each of several", { flagOnly: true }),
  evidence("filter", k.text("a filter's name", "name"), [...evaluated, "plan"], "filter of lm-evaluation-harness, where it has several", { flagOnly: true }),
  evidence("score", k.text("a score's name", "name"), [...evaluated, "plan"], "metric, scorer or named score that says what is right, where there are several", { flagOnly: true }),
  evidence("group-column", k.text("a field's name", "name"), evaluated, "column, or field of the documents, with the group of an example; none: no groups", { flagOnly: true, default: "a column named group" }),
  evidence("where", k.repeatedText("a column and its value", "column=value"), [...evaluated, "plan"], "of a table: the rows with this value alone; may be repeated, of one column for any of several values", { flagOnly: true }),
  evidence("average-over", k.text("a column's name", "column"), [...evaluated, "plan"], "of a table: means over the values of this column, within rank and seed", { flagOnly: true }),
  compared("metric", k.text("a metric's name", "name"), ["verdict", "report"], `what the verdict rests on: ${metric.rule}; of a table of runs, the column of the score`, { default: "the sweep's, else accuracy" }),
  compared("higher", k.onOff, ["verdict", "report"], "of a table of runs: more of the score is better, where that is not known", { flagOnly: true }),
  compared("lower", k.onOff, ["verdict", "report"], "of a table of runs: less of the score is better, where that is not known", { flagOnly: true }),
  compared("margin", k.margin, ["verdict", "report"], "loss of quality that you still accept: a share of accuracy, or nats (the unit of log loss)", { default: `the sweep's, else ${defaultMargins}` }),
  compared("confidence", k.confidence, ["verdict", "report"], "of the intervals and the verdict", { default: `the sweep's, else ${d.confidence}` }),

  compared("trainer", trainer, train, "another trainer's commands: command, evaluate, files, test, timeout, exit-codes, name", { fileOnly: true, programOf: commandLine }),

  adapter("rank", k.count, ["train"], "inner size of A and B", { default: d.rank }),
  adapter("rank", k.count, ["truncate"], "the new rank", { required: true }),
  adapter("alpha", k.orWord("rank", k.positive, 'a positive number or "rank"'), train, 'numerator of the scaling; "rank" lets the step grow with the rank', { default: d.alpha, forCommand: true }),
  adapter("scaling", k.choice(["lora", "rslora"]), train, "lora: alpha/rank, rslora: alpha/√rank", { default: d.scaling, forCommand: true }),
  adapter("dora", k.onOff, train, "train a magnitude for each row of a weight too", { expert: true }),
  adapter("dropout", k.share, train, "probability that an element of the adapter's input is zeroed", { default: d.dropout, expert: true }),
  adapter("targets", k.layers, train, "layers with an adapter, such as q_proj,v_proj", { default: d.targets }),
  adapter("portable", k.onOff, train, "write adapters as vLLM and llama.cpp read them: alpha = rank, no rsLoRA", { expert: true }),
  adapter("layers", k.onOff, ["inspect"], "a row for each layer, not for each kind"),
  adapter("format", k.choice(exportFormats), ["export"], "peft: a folder that most programs read; gguf: a file for llama.cpp and Ollama", { default: "peft" }),
  adapter("base", model, ["export"], "with --format gguf: the base, of which the config is read", { default: "the one that the adapter names" }),
  adapter("keep-head", k.onOff, ["export"], "keep the layers that were trained whole"),
  adapter("drop-head", k.onOff, ["export"], "with --format gguf: leave them out, where the adapter is refused otherwise"),
  adapter("dtype", k.storedDtype, ["export"], "with --format gguf: number format of A and B", { default: "fp32, in which they are" }),
  adapter("into", k.choice(mergeWays), ["merge"], "dequantized: what 4 bits leave of the base, on which a QLoRA adapter was trained", { default: "original" }),
  adapter("quantize", k.choice(quantizations), ["merge"], "the 4 bits that it was trained on", { default: "the model's, else those of the adapter's trial.json" }),
  adapter("dtype", k.storedDtype, ["merge"], "number format of all weights", { default: "each its own; fp32 for a .gguf" }),

  training("learning-rate", rate, compare, "of AdamW; auto: searched before the sweep", { default: `${d.starterLearningRate} for the starter, ${d.learningRate} for other models`, forCommand: true }),
  training("learning-rate", k.positive, ["train"], "of AdamW", { default: `${d.starterLearningRate} for the starter, ${d.learningRate} for other models` }),
  training("lora-plus", k.atLeastOne, train, "LoRA+: B learns this many times as fast as A", { unit: "ratio", default: d.loraPlus, expert: true }),
  training("schedule", k.choice(["constant", "linear", "cosine"]), train, "how the learning rate goes down", { default: d.schedule, expert: true }),
  training("warmup", k.part, train, "share of the steps in which the learning rate rises", { unit: "share", default: d.warmup, expert: true }),
  training("epochs", rate, compare, "passes over the training texts; auto: doubled as long as that improves a rank", { default: d.epochs, forCommand: true }),
  training("epochs", k.positive, ["train"], "passes over the training texts", { default: d.epochs }),
  training("batch-size", k.count, train, "texts in one step", { default: d.batchSize }),
  training("micro-batch", k.count, train, "texts in one pass through the model", { default: d.microBatch, expert: true }),
  training("weight-decay", k.amount, train, "of AdamW", { default: d.weightDecay, expert: true }),
  training("clip", k.amount, train, "largest gradient norm, 0 for none", { unit: "norm", default: d.clip, expert: true }),
  training("seed", k.whole, ["train"], "of the initial A, the head and the order of the texts", { default: d.seed }),

  running("out", folder, ["sweep"], "results; a folder with a sweep goes on with it, as it was where no flag says otherwise", { short: "o", default: d.out }),
  running("out", folder, ["train"], "a new PEFT folder", { short: "o", default: d.adapterOut, flagOnly: true }),
  running("out", file, ["eval"], "with --tensors: safetensors with logits and loss; with texts: one JSON line each", { short: "o" }),
  running("out", file, generate, "one JSON line for each answer: prompt, answer, reference, finish", { short: "o" }),
  running("executor", k.choice(executorNames), ["sweep"], `where trials run: ${places}`, { default: d.executor }),
  ...executorFlags,
  running("jobs", k.count, [...compare, "worker"], "trials side by side", { default: "cores / threads; 1 on a GPU" }),
  running("threads", k.count, [...compare, "worker"], "threads of one trial", { default: d.threads, engineOnly: true, expert: true }),
  running("threads", k.count, ["train"], "threads; another number may change the last bits of a result", { default: "all cores", expert: true }),
  running("threads", k.count, ["eval", "generate"], "threads", { default: d.evaluationThreads, expert: true }),
  running("device", k.choice(deviceChoices), [...loads, "worker"], "what to run on; auto takes a GPU that passes its self-test and is faster", { default: d.device, engineOnly: true }),
  running("compute", k.choice(computeChoices), [...loads, "worker"], "number format of matrix products, where the device has it", { unit: "type", default: d.compute, engineOnly: true, expert: true }),
  running("devices", k.names, ["sweep"], "devices of this machine, such as cuda:0,cuda:1: one trial on each at a time", { expert: true }),
  running("max-attempts", k.count, ["sweep"], "starts of a trial before it counts as failed", { default: d.maxAttempts, expert: true }),
  running("checkpoint-every", k.interval, ["sweep", "train"], "save a trial so often, to go on from there after a kill: 5m, 90s, 200 steps or off; never in a trial's first minute", { default: `${d.checkpointEvery.seconds / 60}m`, engineOnly: true, expert: true }),
  running("max-time", k.time, ["sweep"], "with --until: start no seeds that would end after this time", { flagOnly: true, expert: true }),
  running("extend", k.onOff, ["sweep"], "add these ranks or seeds to the sweep in the folder, or go on with another method", { flagOnly: true }),
  running("retry-out-of-memory", k.onOff, ["sweep"], "run trials again that ran out of memory", { flagOnly: true, expert: true }),
  running("watch", k.onOff, ["sweep"], "serve a page of the sweep while it runs, on 127.0.0.1: lorank watch beside it", { flagOnly: true }),
  running("port", k.port, ["sweep", "watch"], "port of the page", { default: "a free one", flagOnly: true, expert: true }),
  running("require-conclusive", k.onOff, ["sweep", "verdict"], "exit with 4 if the verdict is inconclusive", { flagOnly: true, expert: true }),
  running("dry-run", k.onOff, ["sweep"], "say what would run and stop", { short: "n", flagOnly: true }),
  running("print-config", k.onOff, train, "print the settings as YAML, each with its source, and stop", { flagOnly: true, expert: true }),
  running("thorough", k.onOff, ["doctor"], "test half precision too, and drivers on a machine that shows no GPU: minutes", { flagOnly: true }),
  running("setup-cuda", folder, ["doctor"], "take ONNX Runtime's CUDA provider and CUDA's libraries from this Python environment, and remember them"),
  running("setup-tensorflow", folder, ["doctor"], "build the add-on that runs programs on the TensorFlow in this folder, and remember it"),

  trained("ranks", k.ranks, memory, "ranks", { default: memoryDefaults.ranks }),
  trained("targets", k.layers, memory, "layers with an adapter, such as q_proj,v_proj", { default: d.targets }),
  trained("base", k.choice(memoryNames.base), memory, "number format of the frozen weights", { unit: "format", default: memoryDefaults.base }),
  trained("quantize", k.choice(quantizations), memory, "a 4-bit --base, by the flag of the other commands", { unit: "format" }),
  trained("method", k.choice(memoryNames.method), memory, "lora, qlora (on nf4-dq, with what the stack's guides set), full (all weights) or compare: all three side by side", { default: memoryDefaults.method }),
  trained("labels", k.count, memory, "classes of a trained classification head", { default: "no such head" }),
  on("gpu", cardMemory, memory, "a card (t4, 4090, a100-80gb) or its memory (24GB), several as 2x24GB: what fits, how far it goes, what to change where it does not"),
  on("strategy", k.choice(memoryNames.strategy), memory, "what several cards share: ddp nothing, zero1 optimiser states, zero2 gradients too, zero3 and fsdp weights too", { default: "ddp, where --gpu has several cards" }),
  on("micro-batch", k.count, memory, "sequences in one pass", { default: memoryDefaults.microBatch }),
  on("seq", k.length, memory, "tokens of the longest sequence; 8k is 8192", { unit: "tokens", default: `${memoryDefaults.seq}, or what the model takes if less` }),
  stack("profile", k.choice([...memoryNames.profile, "lorank"]), memory, "stack; lorank is this engine on the CPU", { default: memoryDefaults.profile }),
  stack("variant", k.choice(memoryNames.variant), memory, "form of the adapter: DoRA's magnitudes, LoRA-FA's frozen A, or BD-LoRA in two blocks", { unit: "kind" }),
  stack("loss", k.choice(memoryNames.loss), memory, "how the loss is computed", { unit: "kind" }),
  stack("attention", k.choice(memoryNames.attention), memory, "how attention is computed", { unit: "kind" }),
  stack("checkpointing", k.choice(memoryNames.checkpointing), memory, "of gradients; offload keeps block inputs on the host", { unit: "kind" }),
  stack("optimizer", k.choice(memoryNames.optimizer), memory, "sgd has no momentum"),
  stack("adapter-dtype", dtype, memory, "number format of A and B", { unit: "dtype" }),
  stack("dropout", k.share, memory, "on the adapter's inputs"),
  stack("kbit-prepare", k.onOff, memory, "prepare_model_for_kbit_training before adapters are added"),
  stack("bnb-version", k.version, memory, "of bitsandbytes: before 0.43.2 it kept more"),
  stack("packing", k.onOff, memory, "texts fill the length"),
  stack("compile", k.onOff, memory, "torch.compile on each block"),
  stack("accumulation", k.onOff, memory, "several passes before a step: gradients of earlier ones stay"),

  bits("format", k.choice(["nf4", "fp4"]), quantize, "4-bit number format", { default: d.quantized.format }),
  bits("block-size", k.blockSize, quantize, "weights that share one absmax", { default: d.quantized.blockSize }),
  bits("double-quant", k.onOff, quantize, "keep the absmax values in 8 bits too: 4.13 bits a weight, not 4.5"),
  bits("keep-layers", k.blocksAndLayers, quantize, "blocks by number and layers by name that are not quantised: 0,11,mlp.down_proj"),
  bits("dtype", k.storedDtype, quantize, "number format of all that is not quantised", { default: "each its own; bf16 for a .gguf" }),
  bits("layers", k.onOff, quantize, "show every layer, largest error first, and not only kinds"),

  question("for", k.choice(toolNames), ["config"], "the tool whose config to write", { unit: "tool", required: true }),
  question("rank", k.count, ["config"], "another rank of the sweep", { default: "the recommended one, or the proven one where none is" }),
  question("trainer", k.choice(["lorank", ...recipeNames]), ["init"], "what trains: lorank is this engine, stand-in a task of seconds; of the others the files to begin with", { default: "lorank" }),
  question("yes", k.onOff, ["init"], "take the defaults, and ask nothing", { short: "y" }),

  shown("all", k.onOff, ["sweep"], "every setting, cost and reason too; with --help, every flag", { flagOnly: true }),
  shown("all", k.onOff, ["verdict"], "every sentence in full: what the intervals hold for, what chance and one learning rate may do; with --help, every flag"),
  shown("all", k.onOff, ["plan"], "costs by rank and differences by seeds too; with --help, every flag", { flagOnly: true }),
  shown("all", k.onOff, memory, "the parts of the peak, every change that saves memory, and all assumptions too"),
  shown("follow", k.onOff, ["status"], "look again until the sweep is complete: drawn over itself on a terminal, lines in a log"),
  shown("follow", k.onOff, ["logs"], "go on until the trial's process has ended"),
  shown("attempt", k.count, ["logs"], "which start of the trial", { default: "the last" }),
  shown("lines", k.count, ["logs"], "last lines alone", { default: "all of a trial that is named; of the failed ones 12 each" }),

  output("out", folder, ["truncate", "merge", "quantize"], "where to write it", { short: "o", required: true }),
  output("out", k.text("a folder, or a .gguf file", "path"), ["export"], "where to write it", { short: "o", required: true }),
  output("out", file, ["judge"], "outcomes by the first metric, for lorank verdict: CSV in a .csv, else one JSON line each", { short: "o" }),
  output("out", file, ["report"], "where to write it", { short: "o", default: "report.html beside the results" }),
  output("svg", file, memory, "a picture of the peaks and their parts"),
  output("force", k.onOff, ["train", "truncate", "merge", "export", "quantize", "init"], "replace what is there"),

] as const;

type Rows = (typeof table)[number];
type Required = { readonly required: true };
type RowsOf<Name extends CommandName, Row = Rows> = Row extends {
  readonly commands: readonly (infer Names)[];
}
  ? Name extends Names
    ? Row
    : never
  : never;

/** Settings of one command from flags and file: any of its rows. */
export type SettingsOf<Name extends CommandName> = {
  readonly [Row in Exclude<RowsOf<Name>, Required> as Row["key"]]?: k.ValueOf<Row["kind"]>;
} & { readonly [Row in Extract<RowsOf<Name>, Required> as Row["key"]]: k.ValueOf<Row["kind"]> };

/** The rows of one command, in the order of its help. */
export function settingsOf(command: CommandName): readonly Setting[] {
  return (table as readonly Setting[]).filter(({ commands }) => commands.includes(command));
}

/** Those of them that are flags. */
export function flagsOf(command: CommandName): readonly Setting[] {
  return settingsOf(command).filter(({ fileOnly }) => fileOnly !== true);
}

/** The keys of a sweep's file. */
export function fileSettings(): readonly Setting[] {
  return settingsOf("sweep").filter(({ flagOnly }) => flagOnly !== true);
}
