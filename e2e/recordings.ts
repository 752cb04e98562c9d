// The samples' plaintext and pictures, by the command lines of openssl and ffmpeg alone: what the portal is judged by.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getSample, readManifest, type Sample, samplePath } from './stack/samples.ts'

/** Pictures are compared at this size: enough to see the clock and the block that moves with each frame. */
export const PICTURE = { width: 160, height: 120 } as const

export type Frame = {
  /** From the beginning of the recording, sound included. */
  readonly seconds: number
  /** A byte a pixel. */
  readonly luma: Uint8Array
}

const MAX_BUFFER = 1 << 28
const plaintexts = new Map<string, Buffer>()
const pictures = new Map<string, readonly Frame[]>()

/** Makes the guide's two steps of a sample: its key by `openssl pkeyutl`, the recording by `openssl enc -d`. */
export function readPlaintext(name: string): Buffer {
  const known = plaintexts.get(name)
  if (known !== undefined) return known
  const sample = getSample(name)
  const plaintext = sample.certificate === null ? readFileSync(samplePath(name)) : decrypt(sample)
  plaintexts.set(name, plaintext)
  return plaintext
}

function decrypt(sample: Sample): Buffer {
  const certificate = readManifest().certificates.find(({ name }) => name === sample.certificate)
  const key = samplePath(certificate?.privateKey ?? '')
  const password = execFileSync(
    'openssl',
    [
      ...['pkeyutl', '-decrypt', '-inkey', key, '-pkeyopt', 'rsa_padding_mode:oaep'],
      ...['-passin', `pass:${certificate?.passphrase ?? ''}`],
    ],
    { input: Buffer.from(sample.password, 'base64') },
  )
  const [K, iv] = [password.subarray(3, 35).toString('hex'), password.subarray(35).toString('hex')]
  return execFileSync(
    'openssl',
    ['enc', '-d', '-aes-256-cbc', '-K', K, '-iv', iv, '-in', samplePath(sample.name)],
    { maxBuffer: MAX_BUFFER },
  )
}

/** Every picture of a sample, by ffmpeg, with its time. */
export function readFrames(name: string): readonly Frame[] {
  const known = pictures.get(name)
  if (known !== undefined) return known
  const frames = withFile(readPlaintext(name), (path) => {
    const times = probeTimes(path)
    const { width, height } = PICTURE
    const size = `scale=${width}:${height}:flags=area,format=gray`
    const raw = execFileSync(
      'ffmpeg',
      [
        '-v',
        'error',
        '-i',
        path,
        '-map',
        '0:v',
        '-fps_mode',
        'passthrough',
        '-vf',
        size,
        '-f',
        'rawvideo',
        '-',
      ],
      { maxBuffer: MAX_BUFFER },
    )
    if (raw.length !== times.length * width * height)
      throw new Error(`${name}: ${times.length} pictures, and ${raw.length} bytes`)
    return times.map((seconds, index) => ({
      seconds,
      luma: raw.subarray(index * width * height, (index + 1) * width * height),
    }))
  })
  pictures.set(name, frames)
  return frames
}

function probeTimes(path: string): number[] {
  const entries = 'frame=best_effort_timestamp_time:format=start_time'
  const options = ['-v', 'error', '-select_streams', 'v', '-show_entries', entries, '-of', 'json', path]
  const { frames, format } = parseProbe(
    execFileSync('ffprobe', options, { encoding: 'utf8', maxBuffer: MAX_BUFFER }),
  )
  return frames.map((frame) => Number(frame.best_effort_timestamp_time) - Number(format.start_time))
}

function parseProbe(text: string): {
  frames: { best_effort_timestamp_time: string }[]
  format: { start_time: string }
} {
  return JSON.parse(text) as ReturnType<typeof parseProbe>
}

/** Checksums of every decoded frame of every track, by ffmpeg, without the times they are at. */
export function hashFrames(media: Buffer): string[] {
  const lines = withFile(media, (path) =>
    execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-map', '0', '-f', 'framemd5', '-'], {
      encoding: 'utf8',
      maxBuffer: MAX_BUFFER,
    }),
  )
  return lines
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [track, , , , , hash] = line.split(',').map((field) => field.trim())
      return `${track} ${hash}`
    })
}

/** The picture that is most alike, and by how much it differs a pixel. */
export function findLikest(
  frames: readonly Frame[],
  luma: Uint8Array,
): { seconds: number; difference: number } {
  let likest = { seconds: Number.NaN, difference: Number.POSITIVE_INFINITY }
  for (const frame of frames) {
    let sum = 0
    for (let at = 0; at < luma.length; at += 1) sum += Math.abs((luma[at] ?? 0) - (frame.luma[at] ?? 0))
    const difference = sum / luma.length
    if (difference < likest.difference) likest = { seconds: frame.seconds, difference }
  }
  return likest
}

function withFile<T>(content: Buffer, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'recordroom-specs-'))
  try {
    const path = join(folder, 'media')
    writeFileSync(path, content)
    return use(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
