import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ByteRange, ReadRange } from '../http/byte-range.ts'

const execute = promisify(execFile)

export interface Studio {
  path(name: string): string
  read(name: string): Buffer
  write(name: string, bytes: Uint8Array): void
  /** Runs ffmpeg, whose last argument is the name of what it makes in the studio’s folder. */
  make(...args: string[]): Promise<void>
  remove(): void
}

/** For tests: a folder in which ffmpeg makes recordings. */
export function openStudio(): Studio {
  const folder = mkdtempSync(join(tmpdir(), 'recordroom-media-'))
  const path = (name: string): string => join(folder, name)
  return {
    path,
    read: (name) => readFileSync(path(name)),
    write: (name, bytes) => writeFileSync(path(name), bytes),
    async make(...args) {
      await execute('ffmpeg', ['-v', 'error', '-y', ...args.slice(0, -1), path(args.at(-1) ?? '')])
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** A moving picture of so many seconds, as ffmpeg’s input. */
export function picture(seconds: number, size: string): string[] {
  return ['-t', String(seconds), '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25`]
}

/** A tone of so many seconds, as ffmpeg’s input. */
export function tone(seconds: number): string[] {
  return ['-t', String(seconds), '-f', 'lavfi', '-i', 'sine=f=440:r=48000']
}

/** H.264 with B-frames and a keyframe every so many frames, none besides. */
export function h264(keyframeEvery: number): string[] {
  const every = String(keyframeEvery)
  return [
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-b:v', '400k', '-pix_fmt', 'yuv420p'],
    ...['-sc_threshold', '0', '-g', every, '-keyint_min', every],
  ]
}

export const AAC = ['-c:a', 'aac', '-b:a', '32k', '-ac', '1']

/** The length of a file as ffprobe tells it. */
export async function probeSeconds(path: string): Promise<number> {
  return Number((await ffprobe(path, '-show_entries', 'format=duration')).trim())
}

/**
 * From the first packet’s time to the last one’s end, as ffprobe tells them. Of a transport stream whose last sound is
 * of several frames, `probeSeconds` counts but the first.
 */
export async function probePackets(path: string): Promise<number> {
  const told = await ffprobe(path, '-show_entries', 'packet=pts_time,duration_time')
  const packets = told
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(',').map(Number))
  const starts = packets.map(([start = 0]) => start)
  return Math.max(...packets.map(([start = 0, length = 0]) => start + length)) - Math.min(...starts)
}

/** What ffprobe tells of a file, as bare values. */
export async function ffprobe(path: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute('ffprobe', ['-v', 'error', ...args, '-of', 'csv=p=0', path], {
    maxBuffer: 1 << 26,
  })
  return stdout
}

/** One line a packet of each track, with its times and its MD5, as ffmpeg takes the file apart. */
export async function checksumPackets(path: string): Promise<string> {
  return framemd5(path, '-map', '0', '-c', 'copy')
}

/** One line a decoded picture; what the decoder complains of comes with them. */
export async function checksumPictures(path: string): Promise<string> {
  return framemd5(path, '-map', '0:v:0', '-fps_mode', 'passthrough')
}

async function framemd5(path: string, ...args: string[]): Promise<string> {
  const all = ['-v', 'error', '-threads', '1', '-copyts', '-i', path, ...args, '-f', 'framemd5', '-']
  const { stdout, stderr } = await execute('ffmpeg', all, { maxBuffer: 1 << 26 })
  return stderr + stdout.replace(/^#.*\n/gm, '')
}

export type Counted = { reads: number; bytes: number }

/** Reads from memory, in chunks as from a network, and counts. */
export function countReads(bytes: Uint8Array): { readonly read: ReadRange; readonly counted: Counted } {
  const counted = { reads: 0, bytes: 0 }
  const chunkBytes = 50_000
  async function* read({ start, end }: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (start < 0 || start >= end || end > bytes.length) throw new RangeError(`${start}..${end}`)
    counted.reads += 1
    counted.bytes += end - start
    for (let at = start; at < end; at += chunkBytes) {
      signal.throwIfAborted()
      yield bytes.subarray(at, Math.min(at + chunkBytes, end))
    }
  }
  return { read, counted }
}
