import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readSafetensors, streamSafetensors } from "../../src/files/safetensors-file.ts";
import { openSafetensors } from "../../src/files.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { caught } from "../helpers/caught.ts";

describe("a safetensors file", () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

  function fileWith(bytes: Uint8Array): string {
    const path = join(temporaryFolder(), "m.safetensors");
    writeFileSync(path, bytes);
    return path;
  }

  const twoTensors = encodeSafetensors(
    new Map([
      ["a", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
      ["b", { shape: [1], data: Float32Array.of(5) }],
    ]),
  );

  describe("openSafetensors", () => {
    const python = () => {
      const file = openSafetensors(fixture("dtypes.safetensors"));
      onTestFinished(() => file.close());
      return file;
    };

    test("reads each dtype that Python's safetensors wrote", () => {
      const file = python();
      expect({ ...file.metadata }).toEqual({ format: "np" });
      const values = (name: string) => [...file.readFloat32(name)];
      expect(values("f32")).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
      expect(values("f64")).toEqual([0.5, -3]);
      expect(values("f16")).toEqual([0, -0, 1, -2.5, 65504, 2 ** -24, 2 ** -14, Number.POSITIVE_INFINITY]);
      expect(values("bf16")).toEqual([1, -2.5, 226 * 2 ** 120, 2 ** -133]);
      expect(values("i64")).toEqual([-100, 0, 16_777_216]);
      expect(values("i32")).toEqual([-7, 7]);
      expect(values("i16")).toEqual([-32768, 32767]);
      expect(values("i8")).toEqual([-128, 127]);
      expect(values("u8")).toEqual([0, 255, 1]);
      expect(values("bool")).toEqual([1, 0, 1]);
      expect(values("empty")).toEqual([]);
      expect(values("scalar")).toEqual([42]);
      expect([values("9"), values("10")]).toEqual([[9], [10]]);
    });

    test("gives shapes and dtypes without reading a tensor", () => {
      const { tensors } = python();
      expect(tensors.get("f16")).toMatchObject({ dtype: "F16", shape: [2, 4], byteLength: 16 });
      expect(tensors.get("empty")).toMatchObject({ dtype: "F32", shape: [0, 4], byteLength: 0 });
      expect(tensors.get("scalar")).toMatchObject({ dtype: "F32", shape: [], byteLength: 4 });
    });

    test("gives the bytes of a tensor that float32 cannot hold", () => {
      const file = python();
      expect(caught(() => file.readFloat32("i64.wide")).code).toBe("E_DTYPE");
      expect([...new BigInt64Array(file.readBytes("i64.wide").buffer)]).toEqual([1n, 16_777_217n]);
    });

    test("returns a fresh array each time", () => {
      const file = python();
      file.readFloat32("f32").fill(9);
      expect(file.readFloat32("f32")[1]).toBe(0.25);
    });

    test("names the tensor that is not there", () => {
      const path = fileWith(twoTensors);
      const file = openSafetensors(path);
      expect(caught(() => file.readFloat32("c"))).toMatchObject({
        code: "E_TENSOR",
        message: `${path}: there is no tensor "c" among its 2`,
      });
      file.close();
    });

    test("after close it reads nothing, for the descriptor may be another file's; closing twice is harmless", () => {
      const file = openSafetensors(fileWith(twoTensors));
      file.close();
      file.close();
      expect(() => file.readFloat32("a")).toThrow("is closed");
    });

    test("says which file cannot be read", () => {
      const folder = temporaryFolder();
      expect(caught(() => openSafetensors(join(folder, "none")))).toMatchObject({
        code: "E_FILE",
        message: `${join(folder, "none")} must be a readable file, got ENOENT`,
      });
      mkdirSync(join(folder, "sub"));
      expect(caught(() => openSafetensors(join(folder, "sub"))).message).toBe(
        `${join(folder, "sub")} must be a file, got a folder or device`,
      );
    });
  });

  describe("a tensor that is kept in its file", () => {
    test("is read again and again into the array that is given, after the file was closed too", () => {
      const file = openSafetensors(fileWith(twoTensors));
      const read = file.keptInFile!("a");
      file.close();
      const into = new Uint8Array(16);
      for (const _ of [1, 2]) {
        into.fill(0);
        read(into);
        expect([...new Float32Array(into.buffer)]).toEqual([1, 2, 3, 4]);
      }
    });

    test("is an error where the file was cut short since, and where there is no such tensor", () => {
      const path = fileWith(twoTensors);
      const file = openSafetensors(path);
      const read = file.keptInFile!("b");
      truncateSync(path, twoTensors.length - 2);
      expect(() => read(new Uint8Array(4))).toThrow(
        `${path}: was cut short while it was read, at byte ${twoTensors.length - 2}`,
      );
      expect(() => file.keptInFile!("c")).toThrow('there is no tensor "c" among its 2');
    });
  });

  describe("a file cut short", () => {
    test("at any byte is one InputError that names it", () => {
      const path = fileWith(twoTensors);
      for (let size = twoTensors.length - 1; size >= 0; size--) {
        truncateSync(path, size);
        const error = caught(() => openSafetensors(path));
        expect(error.code).toBe("E_SAFETENSORS");
        expect(error.message.startsWith(`${path}: `)).toBe(true);
      }
    });

    test("in its data names the first tensor cut, the bytes there and the bytes wanted", () => {
      const path = fileWith(twoTensors);
      const size = twoTensors.length;
      truncateSync(path, size - 10); // b has 4 bytes, so a lacks 6 of its 16
      expect(caught(() => openSafetensors(path)).message).toBe(
        `${path}: is cut short: it must have ${size} bytes, got ${size - 10}\n` +
          'tensor "a" must have 16 bytes, got 10; 2 of 2 tensors are incomplete. Copy or download the file again.',
      );
    });

    test("in its header says where the header should end", () => {
      const path = fileWith(twoTensors);
      truncateSync(path, 50);
      expect(caught(() => openSafetensors(path)).message).toBe(
        `${path}: must hold its header, bytes 8 to ${twoTensors.length - 20}, got a file of 50 bytes`,
      );
      truncateSync(path, 3);
      expect(caught(() => openSafetensors(path)).message).toBe(`${path}: must have at least 8 bytes, got 3`);
    });

    test("after it was opened is an error too, not an array of zeros", () => {
      const path = fileWith(twoTensors);
      const file = openSafetensors(path);
      truncateSync(path, twoTensors.length - 2);
      expect(caught(() => file.readFloat32("b")).message).toBe(
        `${path}: was cut short while it was read, at byte ${twoTensors.length - 2}`,
      );
      file.close();
    });

    test("announcing a header of 24 MB in 100 bytes allocates nothing for it", () => {
      const bytes = Buffer.alloc(100);
      bytes.writeBigUInt64LE(24_000_000n);
      const path = fileWith(bytes);
      const before = process.memoryUsage().arrayBuffers;
      caught(() => openSafetensors(path));
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    });
  });

  test("readSafetensors gives every tensor of a file as float32", () => {
    const expected = JSON.parse(readFileSync(fixture("floats.json"), "utf8")) as {
      shapes: Record<string, number[]>;
      values: Record<string, number[]>;
    };
    const tensors = readSafetensors(fixture("floats.safetensors"));
    expect([...tensors.keys()].toSorted()).toEqual(Object.keys(expected.shapes).toSorted());
    for (const [name, { shape, data }] of tensors) {
      expect(shape).toEqual(expected.shapes[name]);
      expect([...data]).toEqual(expected.values[name]);
    }
  });
});

describe("a safetensors file that is streamed", () => {
  const python = fileURLToPath(new URL("../fixtures/dtypes.safetensors", import.meta.url));

  describe("streamSafetensors", () => {
    test("writes the bytes that Python's safetensors writes for tensors of every type", () => {
      const path = join(temporaryFolder(), "x.safetensors");
      const source = openSafetensors(python);
      const shuffled = new Map([...source.tensors].toReversed());
      streamSafetensors(path, shuffled, { format: "np" }, (name) => source.readBytes(name));
      source.close();
      expect(readFileSync(path).equals(readFileSync(python))).toBe(true);
    });

    test("asks for one tensor at a time, in the order of the file", () => {
      const path = join(temporaryFolder(), "x.safetensors");
      const asked: string[] = [];
      const tensors = new Map([
        ["half", { dtype: "F16" as const, shape: [2] }],
        ["b", { dtype: "F32" as const, shape: [1] }],
        ["a", { dtype: "F32" as const, shape: [1] }],
      ]);
      streamSafetensors(path, tensors, {}, (name) => {
        asked.push(name);
        return new Uint8Array(4);
      });
      expect(asked).toEqual(["a", "b", "half"]);
    });

    test("has the bytes of encodeSafetensors for float32 tensors, and does not write over a file", () => {
      const path = join(temporaryFolder(), "x.safetensors");
      const tensors = new Map([["v", { shape: [2], data: Float32Array.of(1, 2) }]]);
      const write = () =>
        streamSafetensors(
          path,
          new Map([["v", { shape: [2], dtype: "F32" as const }]]),
          { format: "pt" },
          () => new Uint8Array(Float32Array.of(1, 2).buffer),
        );
      write();
      expect(new Uint8Array(readFileSync(path))).toEqual(encodeSafetensors(tensors, { format: "pt" }));
      expect(write).toThrow("EEXIST");
    });
  });
});
