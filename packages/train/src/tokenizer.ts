export { renderChat } from "./tokenizer/chat.ts";
export { createTokenizer, type TextTokenizer } from "./tokenizer/tokenizer.ts";
