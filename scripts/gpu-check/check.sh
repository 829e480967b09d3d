#!/bin/sh
# Checks this machine's GPUs and writes gpu-check.json and gpu-check.md here: ./check.sh [--python ENVIRONMENT]
# Nothing is written outside this folder. Needs Linux on x64 with glibc 2.28 or newer, and no other program.
case $0 in */*) cd "${0%/*}" || exit 1 ;; esac
here=$(pwd)
libraries=$LD_LIBRARY_PATH
# The libraries in lib are for machines without their own: an older one in front of a driver's would break it.
"$here/node" --version >/dev/null 2>&1 || libraries="${libraries:+$libraries:}$here/lib"
# WebGPU wants the loader of Vulkan, which drivers do not bring.
loader=$here/lib/vulkan
for own in /usr/lib*/libvulkan.so.1 /lib*/libvulkan.so.1 /usr/lib*/*/libvulkan.so.1; do
  [ -e "$own" ] && loader=
done
[ -n "$loader" ] && libraries="${libraries:+$libraries:}$loader"
[ -n "$libraries" ] && LD_LIBRARY_PATH=$libraries && export LD_LIBRARY_PATH
if ! "$here/node" --version >/dev/null; then
  echo "The Node in this archive does not start here: it needs Linux on x64 with glibc 2.28 or newer." >&2
  exit 1
fi
exec "$here/node" "$here/app/programs/check.mjs" "$@"
