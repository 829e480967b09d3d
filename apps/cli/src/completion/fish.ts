import { type Completed, type Flag, quoted as posixQuoted, type Value } from "./tree.ts";

/** To be sourced, or kept as `lorank.fish` in fish's folder `completions`. */
export function fishCompletion(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, flags, arguments: taken }) => [
    "",
    `complete -c lorank -n __lorank_no_command -a ${name} -d ${quoted(summary)}`,
    ...flags.map((flag) => `complete -c lorank -n ${quoted(`__lorank_command ${name}`)} ${flagWords(flag)}`),
    ...taken.slice(0, 1).flatMap((value) => {
      const words = argumentWords(value);
      return words === "" ? [] : [`complete -c lorank -n ${quoted(`__lorank_command ${name}`)} ${words}`];
    }),
  ]);
  return `# Completion of lorank for fish. Made by: lorank completion fish
function __lorank_no_command
    test (count (commandline -opc)) -eq 1
end

function __lorank_command
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]
end

complete -c lorank -f
complete -c lorank -n __lorank_no_command -l version -s v -d 'print the version'
complete -c lorank -n __lorank_no_command -l help -s h -d 'print this help'
${lines.join("\n").trimStart()}
`;
}

function flagWords({ words, help, value }: Flag): string {
  const named = words.map((word) => (word.startsWith("--") ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`));
  return [...named, ...(value === undefined ? [] : [valueWords(value)]), `-d ${quoted(help)}`].join(" ");
}

function valueWords(value: Value): string {
  switch (value.kind) {
    case "names":
      return `-x -a ${quoted(value.names.join(" "))}`;
    case "file":
      return "-r -F";
    case "folder":
      return "-x -a '(__fish_complete_directories)'";
    case "other":
      return "-x";
  }
}

function argumentWords(value: Value): string {
  switch (value.kind) {
    case "names":
      return `-a ${quoted(value.names.join(" "))}`;
    case "other":
      return "";
    default:
      return "-F";
  }
}

/** fish keeps a backslash before anything but a quotation mark and itself. */
function quoted(text: string): string {
  return posixQuoted(text.replaceAll("\\", "\\\\"));
}
