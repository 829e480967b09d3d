import { type Completed, type Flag, quoted, type Value } from "./tree.ts";

/** To be sourced, or kept as a file `_lorank` in a folder of `$fpath`. */
export function zshCompletion(commands: readonly Completed[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  return `#compdef lorank
# Completion of lorank for zsh. Made by: lorank completion zsh
_lorank() {
  local curcontext="$curcontext" ret=1
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    if [[ $PREFIX == -* ]]; then
      _arguments '--help[print this help]' '--version[print the version]'
    else
      _describe -t commands command commands
    fi
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(branch).join("\n")}
  esac
}

if [[ $funcstack[1] == _lorank ]]; then
  _lorank "$@"
else
  compdef _lorank lorank
fi
`;
}

function branch({ name, flags, arguments: taken, isVariadic }: Completed): string {
  const specs = [
    ...flags.flatMap(flagSpecs),
    ...taken.map((value, i) => {
      const place = isVariadic && i === taken.length - 1 ? "*" : i + 1;
      return quoted(`${place}:argument:${action(value)}`);
    }),
  ];
  return `    ${name})\n      _arguments \\\n${specs.map((spec) => `        ${spec}`).join(" \\\n")}\n      ;;`;
}

function flagSpecs({ words, help, value }: Flag): string[] {
  const others = words.length > 1 ? `(${words.join(" ")})` : "";
  const said = `[${help.replace(/[[\]\\]/g, "\\$&")}]`;
  return words.map((word) => {
    if (value === undefined) return quoted(`${others}${word}${said}`);
    const takes = word.startsWith("--") ? "=" : "+";
    return quoted(`${others}${word}${takes}${said}:value:${action(value)}`);
  });
}

function action(value: Value): string {
  switch (value.kind) {
    case "names":
      return `(${value.names.join(" ")})`;
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "other":
      return " ";
  }
}
