import { InputError } from "@lorank/core";
import { type ChatMessage, renderChat } from "../tokenizer/chat.ts";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import type { Instruction } from "./instruction-table.ts";

/** Text format for prompt and response: the model's chat template, or {@link textTemplate}. */
export type InstructionFormat =
  | { readonly kind: "chat" }
  | { readonly kind: "text"; readonly before: string; readonly between: string; readonly after: string };

/** Instruction as two texts: the prompt, or a conversation before the last answer, and the answer to learn. */
export interface WrittenInstruction {
  readonly prompt: string;
  readonly answer: string;
  /** True if the tokenizer's special tokens go around the text; chat templates write their own. */
  readonly plain: boolean;
}

export const plainFormat = "{prompt}\n{response}";

/** Text format with `{prompt}` and `{response}`. Text behind the response is learned. */
export function textTemplate(template: string): InstructionFormat {
  const parts = template.split(/(\{prompt\}|\{response\})/);
  if (parts.length !== 5 || parts[1] !== "{prompt}" || parts[3] !== "{response}") {
    const rule = "hold {prompt} once and {response} once after it";
    throw new InputError("E_TEMPLATE", `template must ${rule}, got ${JSON.stringify(template)}`);
  }
  return { kind: "text", before: parts[0]!, between: parts[2]!, after: parts[4]! };
}

export function writeInstruction(
  instruction: Instruction,
  format: InstructionFormat,
  tokenizer: TextTokenizer,
): WrittenInstruction {
  if (format.kind === "chat") {
    const messages = "messages" in instruction ? instruction.messages : asMessages(instruction);
    return { ...writeChat(messages, tokenizer), plain: false };
  }
  const { prompt, response } = "messages" in instruction ? asPair(instruction.messages) : instruction;
  return {
    prompt: format.before + prompt + format.between,
    answer: response + format.after,
    plain: true,
  };
}

function asMessages({ prompt, response }: { prompt: string; response: string }): ChatMessage[] {
  return [
    { role: "user", content: prompt },
    { role: "assistant", content: response },
  ];
}

/** Conversation as question and answer; a longer one needs a chat template. */
function asPair(messages: readonly ChatMessage[]): { prompt: string; response: string } {
  const [question, answer] = messages;
  if (messages.length === 2 && question!.role === "user" && answer!.role === "assistant") {
    return { prompt: question!.content, response: answer!.content };
  }
  const roles = messages.map(({ role }) => role).join(", ");
  throw new InputError(
    "E_CHAT_TEMPLATE",
    `a conversation must be user, assistant where no chat template writes it, got ${roles}\n` +
      "This model has no chat template: choose one that has, such as an instruct model.",
  );
}

/** Conversation in the chat template, up to the last answer, which alone is learned. */
function writeChat(
  messages: readonly ChatMessage[],
  tokenizer: TextTokenizer,
): Pick<WrittenInstruction, "prompt" | "answer"> {
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const prompt = renderChat(tokenizer, messages.slice(0, last), { addGenerationPrompt: true });
  const whole = renderChat(tokenizer, messages.slice(0, last + 1));
  if (!whole.startsWith(prompt)) {
    throw new InputError(
      "E_CHAT_TEMPLATE",
      "the chat template must write a prompt the same with and without its answer, got another text. " +
        "A template with {prompt} and {response} can take its place",
    );
  }
  // A line feed behind the turn's end token is not generated.
  const answer = whole.slice(prompt.length);
  const ended = answer.trimEnd();
  const end = tokenizer.ids(ended).at(-1);
  return { prompt, answer: end !== undefined && tokenizer.specialIds.has(end) ? ended : answer };
}

/** Instruction format: `template`, else the model's chat template, else {@link plainFormat}. */
export function formatOf(
  template: string | undefined,
  { chatTemplate }: Pick<TextTokenizer, "chatTemplate">,
): InstructionFormat {
  const hasChat = template === undefined && chatTemplate !== null;
  return hasChat ? { kind: "chat" } : textTemplate(template ?? plainFormat);
}

/**
 * Prompt tokens, as in training.
 * @param prompt a text, or a conversation without the answer.
 * @param template prompt and response in one text. (default: the chat template)
 * @throws InputError E_CHAT_TEMPLATE if the chat template refuses, E_TEMPLATE for a template without both places.
 */
export function promptTokens(
  prompt: string | readonly ChatMessage[],
  tokenizer: TextTokenizer,
  template?: string,
): number[] {
  const format = formatOf(template, tokenizer);
  if (format.kind === "chat") {
    const messages = typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
    return tokenizer.ids(renderChat(tokenizer, messages, { addGenerationPrompt: true }));
  }
  const text =
    typeof prompt === "string" ? prompt : asPair([...prompt, { role: "assistant", content: "" }]).prompt;
  return [...tokenizer.before, ...tokenizer.ids(format.before + text + format.between)];
}
