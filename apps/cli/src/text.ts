/** Removes control and bidirectional characters, which could rewrite a terminal. Keeps line ends. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

/** Wraps text at spaces; a single word may exceed `width`. A percent sign stays with its number. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(/ (?!%)/)) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines.join("\n");
}

/** Wraps prose as `wrap`; indented commands stay unchanged. */
export function wrapProse(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith(" ") ? line : wrap(line, width)))
    .join("\n");
}

export const moreWords = "More with --all.";

/** Percentage such as `40.0 %`; below 1 %, two significant digits: `0.16 %`. */
export function percentInTenths(share: number): string {
  const percents = 100 * share;
  return `${percents < 1 ? percents.toPrecision(2) : percents.toFixed(1)} %`;
}

export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
}

/** Text of at most so many characters, whose middle is left out for `…` if it is longer. */
export function withoutMiddle(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const end = Math.floor(most / 3);
  const start = characters.slice(0, most - end - 1).join("");
  return `${start.trimEnd()}…${characters.slice(-end).join("").trimStart()}`;
}

/** Word as an argument for a POSIX shell: bare if safe, else in single quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Removes passwords from a word: `redis://***@host` for `redis://user:password@host`. */
export function withoutPassword(word: string): string {
  return word
    .replace(/(rediss?:\/\/)\S*@/, "$1***@")
    .replace(/([?&](?:username|password)=)[^&\s]*/g, "$1***");
}

export function checkedPage(name: string): string {
  return `https://lorank.github.io/lorank/checked/${name}.html`;
}
