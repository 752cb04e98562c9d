import { PACKET_BYTES } from './packet.ts'

export const VIDEO_PID = 0x100
export const AUDIO_PID = 0x101
const PMT_PID = 0x1000

export type CraftedFrame = {
  readonly track: 'video' | 'audio'
  /** Raw, 90 kHz. */
  readonly pts: number
  readonly dts: number
  readonly isKey: boolean
  readonly packets: number
}

/** For tests: a PES packet’s beginning, with both timestamps. */
export function craftPesHeader(streamId: number, pts: number, dts: number): number[] {
  return [0, 0, 1, streamId, 0, 0, 0x80, 0xc0, 10, ...timestamp(3, pts), ...timestamp(1, dts)]
}

/** One packet with its payload, filled up with stuffing in front. */
export function craftPacket(pid: number, isStart: boolean, payload: readonly number[]): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES, 0xff)
  const stuffing = PACKET_BYTES - 4 - payload.length
  packet.set([0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 0xff, stuffing > 0 ? 0x30 : 0x10])
  if (stuffing > 0) packet[4] = stuffing - 1
  if (stuffing > 1) packet[5] = 0
  packet.set(payload, PACKET_BYTES - payload.length)
  return packet
}

/** PAT and PMT, with H.264 and AAC unless told otherwise. */
export function craftTables(streams: readonly (readonly [type: number, pid: number])[]): Buffer {
  const pat = [0x00, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe0 | (PMT_PID >> 8), PMT_PID & 0xff, 0, 0, 0, 0]
  const tracks = streams.flatMap(([type, pid]) => [type, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0])
  const pmt = [0x02, 0xb0, 13 + tracks.length, 0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0, ...tracks, 0, 0, 0, 0]
  return Buffer.concat([craftPacket(0, true, [0, ...pat]), craftPacket(PMT_PID, true, [0, ...pmt])])
}

export const H264_AND_AAC = [
  [0x1b, VIDEO_PID],
  [0x0f, AUDIO_PID],
] as const

/** A transport stream of such frames, its pictures H.264 in form. */
export function craftStream(frames: readonly CraftedFrame[]): Buffer {
  return Buffer.concat([craftTables(H264_AND_AAC), ...frames.map(craftFrame)])
}

function craftFrame({ track, pts, dts, isKey, packets }: CraftedFrame): Buffer {
  const [pid, streamId] = track === 'video' ? [VIDEO_PID, 0xe0] : [AUDIO_PID, 0xc0]
  const picture = [0, 0, 0, 1, 9, 0xf0, 0, 0, 1, isKey ? 0x65 : 0x41, 0x88]
  const body = track === 'video' ? picture : []
  const first = craftPacket(pid, true, [...craftPesHeader(streamId, pts, dts), ...body])
  const more = craftPacket(pid, false, Array(PACKET_BYTES - 4).fill(0x55))
  return Buffer.concat([first, ...Array(packets - 1).fill(more)])
}

function timestamp(prefix: number, ticks: number): number[] {
  const time = ((ticks % 2 ** 33) + 2 ** 33) % 2 ** 33
  const [high, middle, low] = [
    Math.floor(time / 2 ** 30),
    Math.floor(time / 2 ** 15) % 2 ** 15,
    time % 2 ** 15,
  ]
  return [
    (prefix << 4) | (high << 1) | 1,
    middle >> 7,
    ((middle & 0x7f) << 1) | 1,
    low >> 7,
    ((low & 0x7f) << 1) | 1,
  ]
}
