import type { Completed, Value } from "./tree.ts";

/** For bash 3.2 and newer, without the package bash-completion. */
export function bashCompletion(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# Completion of lorank for bash. Made by: lorank completion bash
_lorank_paths() { # file or folder, beginning
  local IFS=$'\\n'
  if [[ $1 == folder ]]; then
    compopt -o dirnames 2>/dev/null || COMPREPLY=($(compgen -d -- "$2"))
  else
    compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$2"))
  fi
}

_lorank() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command="" i word
  # --flag=value is three words to bash.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    [[ $word == -* ]] && continue
    command=$word
    break
  done
  COMPREPLY=()
  case "$command $prev" in
${afterFlags(commands)}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
      "") COMPREPLY=($(compgen -W "--help --version" -- "$cur")) ;;
${commands.map(({ name, flags }) => `      ${name}) COMPREPLY=($(compgen -W "${flags.flatMap(({ words }) => words).join(" ")}" -- "$cur")) ;;`).join("\n")}
    esac
    return
  fi
  case "$command" in
    "") COMPREPLY=($(compgen -W "${names}" -- "$cur")) ;;
${commands.map((one) => `    ${one.name}) ${reply(one.arguments[0] ?? { kind: "other" })} ;;`).join("\n")}
  esac
}

complete -F _lorank lorank
`;
}

/** A branch for each set of flags that take the same. */
function afterFlags(commands: readonly Completed[]): string {
  const branches = new Map<string, string[]>();
  for (const { name, flags } of commands) {
    for (const { words, value } of flags) {
      if (value === undefined) continue;
      const patterns = branches.get(reply(value)) ?? [];
      branches.set(reply(value), [...patterns, ...words.map((word) => `"${name} ${word}"`)]);
    }
  }
  return [...branches]
    .map(([does, patterns]) => `    ${patterns.join(" | ")})\n      ${does}\n      return\n      ;;`)
    .join("\n");
}

function reply(value: Value): string {
  switch (value.kind) {
    case "names":
      return `COMPREPLY=($(compgen -W "${value.names.join(" ")}" -- "$cur"))`;
    case "other":
      return ":";
    default:
      return `_lorank_paths ${value.kind} "$cur"`;
  }
}
