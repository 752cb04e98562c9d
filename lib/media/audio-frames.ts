import { MAX_FRAME_TICKS, TICKS_PER_SECOND } from './clock.ts'

/** ISO/IEC 14496-3 table 1.18. */
const SAMPLE_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]
const SAMPLES_PER_FRAME = 1024
const HEADER_BYTES = 7

/**
 * When sound ends whose last PES packet begins at `last` and the one before it at `before`: by its frames, or, of another
 * codec than AAC, as long after as the last came after the one before.
 */
export function findSoundEnd(last: number, before: number, payload: Uint8Array): number {
  return last + (countAudioTicks(payload) || Math.min(last - before, MAX_FRAME_TICKS))
}

/**
 * How long the AAC frames of a PES packet sound, in ticks of 90 kHz, by their ADTS headers (ISO/IEC 14496-3 §1.A.3.2);
 * 0 for another codec.
 */
export function countAudioTicks(payload: Uint8Array): number {
  let at = 0
  let ticks = 0
  while (at + HEADER_BYTES <= payload.length) {
    const sync = ((payload[at] ?? 0) << 4) | ((payload[at + 1] ?? 0) >> 4)
    const rate = SAMPLE_RATES[((payload[at + 2] ?? 0) >> 2) & 0x0f]
    const lengthBytes =
      (((payload[at + 3] ?? 0) & 3) << 11) | ((payload[at + 4] ?? 0) << 3) | ((payload[at + 5] ?? 0) >> 5)
    if (sync !== 0xfff || rate === undefined || lengthBytes < HEADER_BYTES) break
    const blocks = 1 + ((payload[at + 6] ?? 0) & 3)
    ticks += (blocks * SAMPLES_PER_FRAME * TICKS_PER_SECOND) / rate
    at += lengthBytes
  }
  return Math.round(ticks)
}
