import type { ChatMessage } from "../tokenizer/chat.ts";

/** What data sets call the roles. A map, for a role may be `constructor`. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ["human", "user"],
  ["gpt", "assistant"],
  ["bot", "assistant"],
]);

/**
 * A conversation as messages: a list of `{ role, content }`, or of `{ from, value }` as ShareGPT has them, or either as
 * JSON in a text. Null for anything else.
 */
export function conversationOf(value: unknown): ChatMessage[] | null {
  const list = typeof value === "string" ? parsed(value) : value;
  if (!Array.isArray(list) || list.length === 0) return null;
  const messages = list.map(messageOf);
  return messages.every((message) => message !== null) ? (messages as ChatMessage[]) : null;
}

function messageOf(item: unknown): ChatMessage | null {
  if (typeof item !== "object" || item === null) return null;
  const { from, value, ...rest } = item as Record<string, unknown>;
  const role = rest.role ?? from;
  const content = rest.content ?? value;
  if (typeof role !== "string" || typeof content !== "string") return null;
  return { ...rest, role: ROLES.get(role) ?? role, content };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
