// Recordings too large to keep, made when they are wanted: a short clip of one megabit a second, repeated by ffmpeg
// until it is as large as it has to be, and encrypted by openssl as the archiving guide does.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NewRecording } from './lay-archive.ts'
import { readManifest, samplePath } from './samples.ts'

export type LargeSample = NewRecording & {
  /** Arguments for `openssl enc`, in hex; null when it is not encrypted. */
  readonly secret: { readonly key: string; readonly iv: string } | null
}

/** Whole keyframe distances, and whole frames of picture and of sound: repeated, nothing drifts against anything. */
const CLIP_SECONDS = 80
/** Together with sound and tables about a megabit. */
const VIDEO_BITS = '890k'
const AUDIO_BITS = '48k'

/** A plain recording of about `sizeBytes`: a megabit a second, a keyframe every ten, as the recorder's are. */
export async function makeRecording(
  folder: string,
  { container, sizeBytes }: { readonly container: 'ts' | 'mp4'; readonly sizeBytes: number },
): Promise<string> {
  const file = join(folder, `${sizeBytes}.${container}`)
  if (existsSync(file)) return file
  const format = container === 'ts' ? ['-f', 'mpegts'] : ['-f', 'mp4', '-movflags', '+faststart']
  await run('ffmpeg', [
    ...['-y', '-v', 'error', '-stream_loop', '-1', '-i', await makeClip(folder)],
    ...['-c', 'copy', '-fs', String(sizeBytes), ...format, `${file}.draft`],
  ])
  await rename(`${file}.draft`, file)
  return file
}

/** The recording encrypted with a key of its own, which is wrapped with the demo's certificate in force. */
export async function encryptRecording(plain: string): Promise<LargeSample> {
  const key = randomBytes(32)
  const iv = randomBytes(16)
  const file = `${plain}.encrypted`
  await run('openssl', [
    ...['enc', '-aes-256-cbc', '-K', key.toString('hex'), '-iv', iv.toString('hex')],
    ...['-in', plain, '-out', file],
  ])
  const password = await wrapPassword(`${plain}.password`, Buffer.concat([Buffer.from([1, 1, 1]), key, iv]))
  const { size } = await stat(file)
  return { file, sizeBytes: size, password, secret: { key: key.toString('hex'), iv: iv.toString('hex') } }
}

/** The recording as it is, for a project that encrypts nothing. */
export async function leavePlain(plain: string): Promise<LargeSample> {
  return { file: plain, sizeBytes: (await stat(plain)).size, password: null, secret: null }
}

/** Runs a command to its end and gives what it wrote; throws with what it said. */
export async function run(command: string, args: readonly string[]): Promise<Buffer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const endWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  const out: Buffer[] = []
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4096)
  })
  const [code] = await once(child, 'close')
  process.removeListener('exit', endWithUs)
  if (code !== 0) throw new Error(`${command} failed (${code}): ${said}`)
  return Buffer.concat(out)
}

// Noise, because a still picture would not fill a megabit.
async function makeClip(folder: string): Promise<string> {
  const file = join(folder, 'clip.mp4')
  if (existsSync(file)) return file
  await run('ffmpeg', [
    ...['-y', '-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=640x480:rate=25,noise=alls=12:allf=t'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
    ...['-c:v', 'libx264', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-preset', 'ultrafast'],
    ...['-b:v', VIDEO_BITS, '-maxrate', VIDEO_BITS, '-bufsize', VIDEO_BITS],
    ...[
      '-g',
      '250',
      '-keyint_min',
      '250',
      '-sc_threshold',
      '0',
      '-c:a',
      'aac',
      '-b:a',
      AUDIO_BITS,
      '-ac',
      '1',
    ],
    ...['-t', String(CLIP_SECONDS), `${file}.draft.mp4`],
  ])
  await rename(`${file}.draft.mp4`, file)
  return file
}

async function wrapPassword(file: string, password: Buffer): Promise<string> {
  const [inForce] = readManifest().certificates
  await writeFile(file, password, { mode: 0o600 })
  const wrapped = await run('openssl', [
    ...['pkeyutl', '-encrypt', '-certin', '-inkey', samplePath(inForce?.certificate ?? '')],
    ...['-pkeyopt', 'rsa_padding_mode:oaep', '-in', file],
  ])
  await rm(file)
  return wrapped.toString('base64')
}
