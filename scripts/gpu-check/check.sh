#!/bin/sh
# Checks this machine's GPUs and writes gpu-check.json and gpu-check.md here: ./check.sh [--python ENVIRONMENT]
# Nothing is written outside this folder.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
# The libraries in lib are for machines without their own: an older one in front of a driver's would break it.
if ! "$here/node" --version >/dev/null 2>&1; then
  LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export LD_LIBRARY_PATH
fi
# WebGPU wants the loader of Vulkan, which drivers do not bring.
if ! ls /usr/lib*/libvulkan.so.1 /lib*/libvulkan.so.1 /usr/lib/*/libvulkan.so.1 >/dev/null 2>&1; then
  LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib/vulkan"
  export LD_LIBRARY_PATH
fi
if ! "$here/node" --version >/dev/null 2>&1; then
  echo "the Node in this archive does not start here: it needs Linux on x64 with glibc 2.28 or newer" >&2
  "$here/node" --version
  exit 1
fi
exec "$here/node" "$here/app/programs/check.mjs" "$@"
