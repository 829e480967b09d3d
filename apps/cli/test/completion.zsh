# Prints what zsh would offer after the words of $2 with the completion in $1, a line for each: in a zsh of its own, on a
# terminal of its own, whose `compadd` also says what it is given.
zmodload zsh/zpty
zpty child zsh -f -i
zpty -w child 'PROMPT= PS2= ; autoload -Uz compinit && compinit -u -D && source '$1
zpty -w child 'compadd() { local -a hits; if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] { builtin compadd "$@"; return }; builtin compadd -O hits "$@"; print -rl -- "HIT "$^hits; builtin compadd "$@" }'
zpty -w child 'ended() { print -r -- END-OF-HITS; exit }; comppostfuncs=( ended ); print REA""DY'
local line
while zpty -r child line; do [[ $line == *READY* ]] && break; done
zpty -n -w child "$2"$'\t'
while zpty -r child line; do
  [[ $line == *END-OF-HITS* ]] && break
  [[ $line == *HIT\ * ]] && print -r -- ${${line##*HIT }%%[$'\r\n']*}
done
