/** Space, a comment (which begins where a word would), an operator, or a word with its quotes. */
const token = /(?:\\\n|[ \t])+|#.*|(\n|&&|\|\||;|\|)|((?:"[^"]*"|'[^']*'|\\.|\d?>&\d|[^\s;|&"'\\])+)/gy;

/**
 * The commands of a shell block, each as its words: of lists, pipes and loops, over quotes and lines that end in `\`.
 * A loop's body is taken once, with the first value of its variable; redirections and assignments before a command are
 * left out.
 *
 * @throws Error on what this reading does not cover.
 */
export function shellCommands(code: string): string[][] {
  const commands: string[][] = [];
  const variables = new Map<string, string>();
  let words: string[] = [];
  const end = (): void => {
    if (words[0] === "do") words.shift();
    if (words[0] === "for") variables.set(words[1]!, words[3] ?? "");
    else {
      const plain = withoutRedirections(words);
      const first = plain.findIndex((word) => !/^\w+=/.test(word));
      if (first >= 0 && plain[first] !== "done") commands.push(plain.slice(first));
    }
    words = [];
  };
  token.lastIndex = 0;
  while (token.lastIndex < code.length) {
    const rest = code.slice(token.lastIndex);
    const match = token.exec(code);
    if (match === null)
      throw new Error(`cannot read the shell line from ${JSON.stringify(rest.slice(0, 30))}`);
    const [, operator, word] = match;
    if (operator !== undefined) end();
    else if (word !== undefined) words.push(unquoted(word, variables));
  }
  end();
  return commands;
}

function unquoted(word: string, variables: ReadonlyMap<string, string>): string {
  const parts = word.match(/"[^"]*"|'[^']*'|\\.|[^"'\\]+/g) ?? [];
  return parts
    .map((part) => {
      if (part.startsWith("'")) return part.slice(1, -1);
      const text = part.startsWith('"') ? part.slice(1, -1) : part.replace(/^\\/, "");
      return text.replace(/\$\{?(\w+)\}?/g, (all, name: string) => variables.get(name) ?? all);
    })
    .join("");
}

function withoutRedirections(words: readonly string[]): string[] {
  return words.filter((word, i) => !/^\d?[<>]/.test(word) && !/^\d?[<>]+$/.test(words[i - 1] ?? ""));
}
