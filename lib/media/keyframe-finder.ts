import type { Codec } from './program.ts'

export type Verdict = 'key' | 'plain' | 'undecided'

export interface KeyframeFinder {
  /** Begins with a new frame. */
  reset(): void
  /** Takes the frame’s next bytes, which may break off anywhere, even within a start code. */
  push(bytes: Uint8Array, from: number, to: number): Verdict
}

/**
 * Tells a keyframe by its NAL units (Annex B of H.264 and H.265): the first that is a picture decides, or a sequence
 * parameter set, which encoders send where decoding can begin. What may come before them, delimiters and messages, can
 * be longer than a transport packet.
 */
export function createKeyframeFinder(codec: Codec): KeyframeFinder {
  const judge = codec === 'h265' ? judgeH265 : judgeH264
  let zeros = 0
  let expectsHeader = false
  return {
    reset() {
      zeros = 0
      expectsHeader = false
    },
    push(bytes, from, to) {
      for (let at = from; at < to; at += 1) {
        const byte = bytes[at] ?? 0
        if (expectsHeader) {
          const verdict = judge(byte)
          if (verdict !== 'undecided') return verdict
          expectsHeader = false
        }
        if (byte === 0) {
          zeros += 1
          continue
        }
        expectsHeader = byte === 1 && zeros >= 2
        zeros = 0
      }
      return 'undecided'
    },
  }
}

/** ITU-T H.264 table 7-1: 5 is a picture at which decoding can begin, 7 the sequence’s parameters, 1 to 4 other pictures. */
function judgeH264(header: number): Verdict {
  const type = header & 0x1f
  if (type === 5 || type === 7) return 'key'
  return type >= 1 && type <= 4 ? 'plain' : 'undecided'
}

/** ITU-T H.265 table 7-1: 16 to 21 are pictures at which decoding can begin, 32 and 33 the parameters, 0 to 9 other pictures. */
function judgeH265(header: number): Verdict {
  const type = (header >> 1) & 0x3f
  if ((type >= 16 && type <= 21) || type === 32 || type === 33) return 'key'
  return type <= 9 ? 'plain' : 'undecided'
}
