// Preloaded into a process: there, no native build of ONNX Runtime is installed.
import { Module, register } from "node:module";

const isNative = (name) => /^(onnxruntime-node|@lorank\/onnxruntime-[^/]+)(\/package.json)?$/.test(name);
const absent = (name) => Object.assign(new Error(`Cannot find ${name}`), { code: "ERR_MODULE_NOT_FOUND" });

const { _resolveFilename } = Module;
Module._resolveFilename = (name, ...rest) => {
  if (isNative(name)) throw absent(name);
  return _resolveFilename.call(Module, name, ...rest);
};
register(
  `data:text/javascript,${encodeURIComponent(`
    const isNative = ${isNative}, absent = ${absent};
    export async function resolve(name, context, next) {
      if (isNative(name)) throw absent(name);
      return next(name, context);
    }
  `)}`,
);
