;; 4-bit codes to float32, 16 weights at a time; and their products with a vector, 32 at a time.
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
        (br $block))))

  ;; Writes $rows float32 values to $out: each row of weights, $rowBlocks blocks, times the vector at $x. The vector is
  ;; in groups of 32: the 16 numbers of even places, then the 16 of odd ones, as a byte's high and low bits are apart.
  ;; $blockBytes is a multiple of 16.
  (func (export "multiply")
    (param $codes i32) (param $absmax i32) (param $x i32) (param $out i32) (param $rows i32)
    (param $rowBlocks i32) (param $blockBytes i32)
    (local $end i32) (local $rowEnd i32) (local $blockEnd i32) (local $at i32)
    (local $plane0 v128) (local $plane1 v128) (local $plane2 v128) (local $plane3 v128)
    (local $pairs v128) (local $code v128)
    (local $byte0 v128) (local $byte1 v128) (local $byte2 v128) (local $byte3 v128)
    (local $low v128) (local $high v128)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128) (local $total v128)

    (local.set $plane0 (v128.load (i32.const 0)))
    (local.set $plane1 (v128.load (i32.const 16)))
    (local.set $plane2 (v128.load (i32.const 32)))
    (local.set $plane3 (v128.load (i32.const 48)))
    (local.set $end (i32.add (local.get $out) (i32.mul (local.get $rows) (i32.const 4))))

    (block $done
      (loop $row
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $at (local.get $x))
        (local.set $total (v128.const i32x4 0 0 0 0))
        (local.set $rowEnd
          (i32.add (local.get $absmax) (i32.mul (local.get $rowBlocks) (i32.const 4))))

        (loop $block
          (local.set $sum0 (v128.const i32x4 0 0 0 0))
          (local.set $sum1 (v128.const i32x4 0 0 0 0))
          (local.set $sum2 (v128.const i32x4 0 0 0 0))
          (local.set $sum3 (v128.const i32x4 0 0 0 0))
          (local.set $blockEnd (i32.add (local.get $codes) (local.get $blockBytes)))

          (loop $bytes
            (local.set $pairs (v128.load (local.get $codes)))
            ;; even places
            (local.set $code (i8x16.shr_u (local.get $pairs) (i32.const 4)))
            (local.set $byte0 (i8x16.swizzle (local.get $plane0) (local.get $code)))
            (local.set $byte1 (i8x16.swizzle (local.get $plane1) (local.get $code)))
            (local.set $byte2 (i8x16.swizzle (local.get $plane2) (local.get $code)))
            (local.set $byte3 (i8x16.swizzle (local.get $plane3) (local.get $code)))
            (local.set $low
              (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $byte0) (local.get $byte1)))
            (local.set $high
              (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $byte2) (local.get $byte3)))
            (local.set $sum0
              (f32x4.add (local.get $sum0)
                (f32x4.mul (v128.load offset=0 (local.get $at))
                  (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $low) (local.get $high)))))
            (local.set $sum1
              (f32x4.add (local.get $sum1)
                (f32x4.mul (v128.load offset=16 (local.get $at))
                  (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $low) (local.get $high)))))
            (local.set $low
              (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $byte0) (local.get $byte1)))
            (local.set $high
              (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $byte2) (local.get $byte3)))
            (local.set $sum2
              (f32x4.add (local.get $sum2)
                (f32x4.mul (v128.load offset=32 (local.get $at))
                  (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $low) (local.get $high)))))
            (local.set $sum3
              (f32x4.add (local.get $sum3)
                (f32x4.mul (v128.load offset=48 (local.get $at))
                  (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $low) (local.get $high)))))
            ;; odd places
            (local.set $code (v128.and (local.get $pairs) (i8x16.splat (i32.const 15))))
            (local.set $byte0 (i8x16.swizzle (local.get $plane0) (local.get $code)))
            (local.set $byte1 (i8x16.swizzle (local.get $plane1) (local.get $code)))
            (local.set $byte2 (i8x16.swizzle (local.get $plane2) (local.get $code)))
            (local.set $byte3 (i8x16.swizzle (local.get $plane3) (local.get $code)))
            (local.set $low
              (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $byte0) (local.get $byte1)))
            (local.set $high
              (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $byte2) (local.get $byte3)))
            (local.set $sum0
              (f32x4.add (local.get $sum0)
                (f32x4.mul (v128.load offset=64 (local.get $at))
                  (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $low) (local.get $high)))))
            (local.set $sum1
              (f32x4.add (local.get $sum1)
                (f32x4.mul (v128.load offset=80 (local.get $at))
                  (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $low) (local.get $high)))))
            (local.set $low
              (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $byte0) (local.get $byte1)))
            (local.set $high
              (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $byte2) (local.get $byte3)))
            (local.set $sum2
              (f32x4.add (local.get $sum2)
                (f32x4.mul (v128.load offset=96 (local.get $at))
                  (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $low) (local.get $high)))))
            (local.set $sum3
              (f32x4.add (local.get $sum3)
                (f32x4.mul (v128.load offset=112 (local.get $at))
                  (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $low) (local.get $high)))))

            (local.set $at (i32.add (local.get $at) (i32.const 128)))
            (local.set $codes (i32.add (local.get $codes) (i32.const 16)))
            (br_if $bytes (i32.lt_u (local.get $codes) (local.get $blockEnd))))

          (local.set $total
            (f32x4.add (local.get $total)
              (f32x4.mul (v128.load32_splat (local.get $absmax))
                (f32x4.add
                  (f32x4.add (local.get $sum0) (local.get $sum1))
                  (f32x4.add (local.get $sum2) (local.get $sum3))))))
          (local.set $absmax (i32.add (local.get $absmax) (i32.const 4)))
          (br_if $block (i32.lt_u (local.get $absmax) (local.get $rowEnd))))

        (f32.store (local.get $out)
          (f32.add
            (f32.add (f32x4.extract_lane 0 (local.get $total)) (f32x4.extract_lane 1 (local.get $total)))
            (f32.add (f32x4.extract_lane 2 (local.get $total)) (f32x4.extract_lane 3 (local.get $total)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $row)))))
