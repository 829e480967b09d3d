import { InputError, nearest } from "@lorank/core";
import type { Input, LoadCommands } from "../../command.ts";
import type { Messages, Page } from "../../output.ts";
import { type Completed, type CompletedValue, completionTree, type Flag, inQuotes, shells } from "./tree.ts";

/** Bash script for version 3.2 and newer; needs no package bash-completion. */
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

function reply(value: CompletedValue): string {
  switch (value.kind) {
    case "names":
      return `COMPREPLY=($(compgen -W "${value.names.join(" ")}" -- "$cur"))`;
    case "other":
      return ":";
    default:
      return `_lorank_paths ${value.kind} "$cur"`;
  }
}

export function fishCompletion(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, flags, arguments: taken }) => [
    "",
    `complete -c lorank -n __lorank_no_command -a ${name} -d ${fishWord(summary)}`,
    ...flags.map(
      (flag) => `complete -c lorank -n ${fishWord(`__lorank_command ${name}`)} ${flagWords(flag)}`,
    ),
    ...taken.slice(0, 1).flatMap((value) => {
      const words = argumentWords(value);
      return words === "" ? [] : [`complete -c lorank -n ${fishWord(`__lorank_command ${name}`)} ${words}`];
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
  return [...named, ...(value === undefined ? [] : [valueWords(value)]), `-d ${fishWord(help)}`].join(" ");
}

function valueWords(value: CompletedValue): string {
  switch (value.kind) {
    case "names":
      return `-x -a ${fishWord(value.names.join(" "))}`;
    case "file":
      return "-r -F";
    case "folder":
      return "-x -a '(__fish_complete_directories)'";
    case "other":
      return "-x";
  }
}

function argumentWords(value: CompletedValue): string {
  switch (value.kind) {
    case "names":
      return `-a ${fishWord(value.names.join(" "))}`;
    case "other":
      return "";
    default:
      return "-F";
  }
}

function fishWord(text: string): string {
  return inQuotes(text.replaceAll("\\", "\\\\"));
}

/** PowerShell script, to be added to `$PROFILE`. PowerShell itself completes file names. */
export function powershellCompletion(commands: readonly Completed[]): string {
  return `# Completion of lorank for PowerShell. Made by: lorank completion powershell
Register-ArgumentCompleter -Native -CommandName lorank -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${commands.map(command).join("\n")}
  }
  $typed = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '') { $typed = @($typed | Select-Object -SkipLast 1) }
  $name = @($typed | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' })[0]
  $found = if ($null -eq $name) {
    if ($wordToComplete -like '-*') { @('--help', '--version') } else { $commands.Keys }
  } elseif ($commands.Contains($name)) {
    $values = $commands[$name].Values[$typed[-1]]
    if ($null -ne $values) { $values }
    elseif ($wordToComplete -like '-*') { $commands[$name].Flags }
    else { $commands[$name].Argument }
  }
  $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    $says = if ($null -eq $name -and $commands.Contains($_)) { $commands[$_].Summary } else { $_ }
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $says)
  }
}
`;
}

function command({ name, summary, flags, arguments: taken }: Completed): string {
  const values = flags.flatMap(({ words, value }) =>
    value === undefined || namesOf(value).length === 0
      ? []
      : words.map((word) => `${powershellWord(word)} = ${list(namesOf(value))}`),
  );
  return [
    `    ${powershellWord(name)} = @{`,
    `      Summary = ${powershellWord(summary)}`,
    `      Flags = ${list(flags.flatMap(({ words }) => words))}`,
    `      Values = @{ ${values.join("; ")} }`,
    `      Argument = ${list(taken[0] === undefined ? [] : namesOf(taken[0]))}`,
    "    }",
  ].join("\n");
}

function namesOf(value: CompletedValue): readonly string[] {
  return value.kind === "names" ? value.names : [];
}

function list(words: readonly string[]): string {
  return `@(${words.map(powershellWord).join(", ")})`;
}

function powershellWord(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function zshCompletion(commands: readonly Completed[]): string {
  const described = commands.map(({ name, summary }) => `    ${inQuotes(`${name}:${summary}`)}`);
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
      return inQuotes(`${place}:argument:${action(value)}`);
    }),
  ];
  return `    ${name})\n      _arguments \\\n${specs.map((spec) => `        ${spec}`).join(" \\\n")}\n      ;;`;
}

function flagSpecs({ words, help, value }: Flag): string[] {
  const others = words.length > 1 ? `(${words.join(" ")})` : "";
  const description = `[${help.replace(/[[\]\\]/g, "\\$&")}]`;
  return words.map((word) => {
    if (value === undefined) return inQuotes(`${others}${word}${description}`);
    const takes = word.startsWith("--") ? "=" : "+";
    return inQuotes(`${others}${word}${takes}${description}:value:${action(value)}`);
  });
}

function action(value: CompletedValue): string {
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

const scripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
} as const;

export interface CompletionDocument {
  readonly shell: (typeof shells)[number];
  readonly script: string;
}

export async function run(
  { names: [name] }: Input<object, readonly [shell: string]>,
  _: Messages,
  load: LoadCommands,
): Promise<CompletionDocument> {
  const shell = shells.find((one) => one === name);
  if (shell === undefined) {
    const meant = nearest(name, shells);
    const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
    throw new InputError("E_USAGE", `shell must be bash, zsh, fish or powershell, got ${name}${hint}`);
  }
  return { shell, script: scripts[shell](completionTree(await load())) };
}

export function view({ script }: CompletionDocument, page: Page): void {
  page.print(script.trimEnd());
}
