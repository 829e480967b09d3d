;; 4-bit codes to float32, 16 weights at a time.
;;
;; Bytes 0 to 63 of the memory hold the 16 levels as four planes: plane b, at 16 b, is byte b of each level. A byte
;; shuffle by the codes then looks up 16 levels at once, and interleaving the four results makes float32 of them.
(module
  (memory (export "memory") 1)

  ;; Writes blocks * blockBytes * 2 float32 values to $out: level * absmax of the block. A byte is two codes, the
  ;; first in its high bits. $blockBytes is a multiple of 8.
  (func (export "dequantize")
    (param $codes i32) (param $absmax i32) (param $out i32) (param $blocks i32) (param $blockBytes i32)
    (local $lastBlock i32) (local $blockEnd i32)
    (local $plane0 v128) (local $plane1 v128) (local $plane2 v128) (local $plane3 v128)
    (local $scale v128) (local $code v128)
    (local $byte0 v128) (local $byte1 v128) (local $byte2 v128) (local $byte3 v128)
    (local $low v128) (local $high v128)

    (local.set $plane0 (v128.load (i32.const 0)))
    (local.set $plane1 (v128.load (i32.const 16)))
    (local.set $plane2 (v128.load (i32.const 32)))
    (local.set $plane3 (v128.load (i32.const 48)))
    (local.set $lastBlock
      (i32.add (local.get $absmax) (i32.mul (local.get $blocks) (i32.const 4))))

    (block $done
      (loop $block
        (br_if $done (i32.ge_u (local.get $absmax) (local.get $lastBlock)))
        (local.set $scale (v128.load32_splat (local.get $absmax)))
        (local.set $blockEnd (i32.add (local.get $codes) (local.get $blockBytes)))

        (loop $bytes
          (local.set $code (v128.load64_zero (local.get $codes)))
          ;; 8 bytes to 16 codes: high bits, low bits, high bits, …
          (local.set $code
            (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
              (i8x16.shr_u (local.get $code) (i32.const 4))
              (v128.and (local.get $code) (i8x16.splat (i32.const 15)))))
          (local.set $byte0 (i8x16.swizzle (local.get $plane0) (local.get $code)))
          (local.set $byte1 (i8x16.swizzle (local.get $plane1) (local.get $code)))
          (local.set $byte2 (i8x16.swizzle (local.get $plane2) (local.get $code)))
          (local.set $byte3 (i8x16.swizzle (local.get $plane3) (local.get $code)))

          ;; weights 0 to 7
          (local.set $low
            (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $byte0) (local.get $byte1)))
          (local.set $high
            (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $byte2) (local.get $byte3)))
          (v128.store (local.get $out)
            (f32x4.mul (local.get $scale)
              (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $low) (local.get $high))))
          (v128.store offset=16 (local.get $out)
            (f32x4.mul (local.get $scale)
              (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $low) (local.get $high))))

          ;; weights 8 to 15
          (local.set $low
            (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $byte0) (local.get $byte1)))
          (local.set $high
            (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $byte2) (local.get $byte3)))
          (v128.store offset=32 (local.get $out)
            (f32x4.mul (local.get $scale)
              (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $low) (local.get $high))))
          (v128.store offset=48 (local.get $out)
            (f32x4.mul (local.get $scale)
              (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $low) (local.get $high))))

          (local.set $out (i32.add (local.get $out) (i32.const 64)))
          (local.set $codes (i32.add (local.get $codes) (i32.const 8)))
          (br_if $bytes (i32.lt_u (local.get $codes) (local.get $blockEnd))))

        (local.set $absmax (i32.add (local.get $absmax) (i32.const 4)))
        (br $block)))))
