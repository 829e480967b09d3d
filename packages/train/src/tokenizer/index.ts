export { type ChatMessage, type RenderChatOptions, renderChat } from "./chat.ts";
export { type PaddedTokens, type PadOptions, padTokens } from "./pad.ts";
export { createTokenizer, type TextTokenizer, type TokenizerOptions } from "./tokenizer.ts";
