const words = {
  billing: ["invoice", "charge", "refund", "card"],
  login: ["password", "account", "locked", "reset"],
  shipping: ["parcel", "late", "courier", "box"],
} as const;

const queues = Object.keys(words) as (keyof typeof words)[];

function subject(queue: keyof typeof words, i: number): string {
  const [one, two] = [words[queue][i % 4], words[queue][(i >> 2) % 4]];
  return `my ${one} and the ${two}, case ${i}`;
}

/** `count` texts of three classes, in turn. */
export function ticketsCsv(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const queue = queues[i % 3]!;
    return `"${subject(queue, i)}",${queue}\n`;
  });
  return `text,queue\n${rows.join("")}`;
}

/** The same as prompts with the responses that a person would give. */
export function ticketsJsonl(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const queue = queues[i % 3]!;
    return `${JSON.stringify({ prompt: `Where does this go: ${subject(queue, i)}?`, response: `To ${queue}.` })}\n`;
  }).join("");
}
