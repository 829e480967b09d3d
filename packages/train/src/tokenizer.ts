export { type ChatMessage, type RenderChatOptions, renderChat } from "./tokenizer/chat.ts";
export { createTokenizer, type TextTokenizer, type TokenizerOptions } from "./tokenizer/tokenizer.ts";
