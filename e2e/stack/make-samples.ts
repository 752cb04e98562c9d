// Makes `samples/` anew, by the command lines of ffmpeg and openssl alone: `node e2e/stack/make-samples.ts`.
// Encryption is the archiving guide's: a random AES key and IV, 51 bytes with their prefix, wrapped with the
// certificate by RSA-OAEP, and `openssl enc -aes-256-cbc` of the whole recording.
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Manifest, Sample, SampleCertificate } from './samples.ts'

const OUT = fileURLToPath(new URL('samples/', import.meta.url))
const WORK = mkdtempSync(join(tmpdir(), 'recordroom-samples-'))
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf'
const MONO = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf'
const PASSPHRASE = 'correct horse battery staple'
const TS_PACKET_BYTES = 188
const FRAME_SECONDS = 0.04

function run(command: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${error ?? stderr.toString()}`)
  return stdout
}

function makeCertificate(name: string, passphrase: string | null): SampleCertificate {
  const certificate = join(OUT, 'keys', `${name}.cert.pem`)
  const privateKey = join(OUT, 'keys', `${name}.key.pem`)
  const secrecy = passphrase === null ? ['-nodes'] : ['-passout', `pass:${passphrase}`]
  const subject = ['-subj', `/CN=Recordroom demo, ${name} certificate`]
  run('openssl', [
    ...['req', '-new', '-x509', '-days', '3650', '-newkey', 'rsa:2048'],
    ...['-out', certificate, '-keyout', privateKey, ...secrecy, ...subject],
  ])
  return { name, certificate: `keys/${name}.cert.pem`, privateKey: `keys/${name}.key.pem`, passphrase }
}

// A clock in minutes and seconds, and below it a block that steps on with each frame of a second.
function pictureOf(label: string, colour: string): string[] {
  const clock = `drawtext=fontfile=${MONO}:fontsize=150:fontcolor=white:x=70:y=130:text='%{pts\\:gmtime\\:0\\:%M\\\\\\:%S}'`
  const title = `drawtext=fontfile=${FONT}:fontsize=26:fontcolor=white:x=20:y=440:text='${label}'`
  const ground = `color=c=${colour}:s=640x480:r=25,drawbox=x=40:y=100:w=560:h=200:color=black:t=fill,${title},${clock}[ground]`
  const block = 'color=c=white:s=24x24:r=25[block]'
  return [
    '-filter_complex',
    `${ground};${block};[ground][block]overlay=x='20+24*mod(n,25)':y=340:shortest=1[v]`,
  ]
}

// Four notes, one a second, that swell and fade.
const SOUND = "aevalsrc='0.4*pow(sin(PI*t/6),2)*sin(2*PI*(330+110*mod(floor(t),4))*t)':s=48000:c=mono"
const VIDEO = [
  ...['-c:v', 'libx264', '-profile:v', 'baseline', '-level', '3.1', '-pix_fmt', 'yuv420p', '-preset', 'slow'],
  ...['-crf', '30', '-g', '250', '-keyint_min', '250', '-sc_threshold', '0', '-map', '[v]'],
]
const AUDIO = ['-c:a', 'aac', '-b:a', '20k', '-ac', '1', '-ar', '48000', '-map', '0:a']
const CONTAINERS = {
  ts: ['-f', 'mpegts', '-pat_period', '1', '-sdt_period', '10'],
  'mp4-front': ['-f', 'mp4', '-movflags', '+faststart'],
  'mp4-end': ['-f', 'mp4'],
} as const

type Recording = {
  readonly name: string
  readonly label: string
  readonly colour: string
  readonly seconds: number
  readonly container: keyof typeof CONTAINERS
  readonly audioOnly?: boolean
  /** Bytes of PKCS#7 padding that the file is to need. */
  readonly padding?: 4 | 8 | 12 | 16
  readonly certificate: SampleCertificate | null
}

function record(recording: Recording): { path: string; seconds: number } {
  const { name, label, colour, container, padding } = recording
  const path = join(WORK, name)
  // A frame more changes the number of packets, and so the padding.
  for (let { seconds } = recording; seconds < recording.seconds + 3; seconds += FRAME_SECONDS) {
    const picture = recording.audioOnly === true ? [] : [...pictureOf(label, colour), ...VIDEO]
    run('ffmpeg', [
      ...['-y', '-v', 'error', '-f', 'lavfi', '-i', SOUND, ...picture, ...AUDIO],
      ...['-t', seconds.toFixed(2), ...CONTAINERS[container], path],
    ])
    const { size } = statSync(path)
    if (container === 'ts' && size % TS_PACKET_BYTES !== 0) throw new Error(`${name} is no row of packets`)
    if (padding === undefined || 16 - (size % 16) === padding)
      return { path, seconds: Number(seconds.toFixed(2)) }
  }
  throw new Error(`No length of ${name} needs ${padding} bytes of padding.`)
}

function wrapPassword(password: Buffer, certificate: string): string {
  const file = join(WORK, 'password')
  writeFileSync(file, password)
  const oaep = ['-pkeyopt', 'rsa_padding_mode:oaep']
  const wrapped = run('openssl', [
    'pkeyutl',
    '-encrypt',
    '-certin',
    '-inkey',
    certificate,
    ...oaep,
    '-in',
    file,
  ])
  return wrapped.toString('base64')
}

function encrypt(
  path: string,
  out: string,
  certificate: SampleCertificate,
): { password: string; foreignPassword: string } {
  const key = randomBytes(32)
  const iv = randomBytes(16)
  run('openssl', [
    ...['enc', '-aes-256-cbc', '-K', key.toString('hex'), '-iv', iv.toString('hex')],
    ...['-in', path, '-out', out],
  ])
  const password = Buffer.concat([Buffer.from([1, 1, 1]), key, iv])
  return {
    password: wrapPassword(password, join(OUT, certificate.certificate)),
    foreignPassword: wrapPassword(password, join(WORK, 'foreign.cert.pem')),
  }
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function makeSample(recording: Recording): Sample {
  const { path, seconds } = record(recording)
  const out = join(OUT, recording.name)
  const { certificate } = recording
  const passwords =
    certificate === null ? { password: '', foreignPassword: '' } : encrypt(path, out, certificate)
  if (certificate === null) writeFileSync(out, readFileSync(path))
  process.stdout.write(`${recording.name}: ${seconds} s, ${statSync(out).size} bytes\n`)
  return {
    name: recording.name,
    container: recording.container === 'ts' ? 'ts' : 'mp4',
    durationSeconds: seconds,
    hasVideo: recording.audioOnly !== true,
    certificate: certificate?.name ?? null,
    ...passwords,
    sizeBytes: statSync(out).size,
    sha256: sha256(out),
    plaintextSizeBytes: statSync(path).size,
    plaintextSha256: sha256(path),
  }
}

// What individual streams come as: a zip of one file a stream, with a list.
function makeZip(): Sample {
  const stream = join(WORK, 'stream.webm')
  run('ffmpeg', [
    '-y',
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    SOUND,
    '-t',
    '2',
    '-c:a',
    'libopus',
    '-b:a',
    '12k',
    stream,
  ])
  writeFileSync(join(WORK, 'archive.json'), JSON.stringify({ files: [{ filename: 'stream.webm' }] }))
  const out = join(OUT, 'individual.zip')
  run('python3', ['-m', 'zipfile', '-c', out, stream, join(WORK, 'archive.json')])
  const facts = { sizeBytes: statSync(out).size, sha256: sha256(out) }
  return {
    ...{ name: 'individual.zip', container: 'zip', durationSeconds: 2, hasVideo: false, certificate: null },
    ...{ password: '', foreignPassword: '', ...facts },
    ...{ plaintextSizeBytes: facts.sizeBytes, plaintextSha256: facts.sha256 },
  }
}

// Neither a transport stream nor an MP4, encrypted like one.
function makeText(certificate: SampleCertificate): Sample {
  const path = join(WORK, 'text.mpegts')
  writeFileSync(path, 'This is no recording.\n'.repeat(40))
  const out = join(OUT, 'text.mpegts')
  const passwords = encrypt(path, out, certificate)
  return {
    ...{
      name: 'text.mpegts',
      container: 'unknown',
      durationSeconds: 0,
      hasVideo: false,
      certificate: certificate.name,
    },
    ...{ ...passwords, sizeBytes: statSync(out).size, sha256: sha256(out) },
    ...{ plaintextSizeBytes: statSync(path).size, plaintextSha256: sha256(path) },
  }
}

try {
  for (const name of readdirSync(OUT)) rmSync(join(OUT, name), { recursive: true })
  mkdirSync(join(OUT, 'keys'), { recursive: true })
  const current = makeCertificate('current', PASSPHRASE)
  const rotated = makeCertificate('rotated', null)
  run('openssl', [
    ...['req', '-new', '-x509', '-days', '3650', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Nobody'],
    ...['-out', join(WORK, 'foreign.cert.pem'), '-keyout', join(WORK, 'foreign.key.pem')],
  ])
  const recordings: Recording[] = [
    {
      name: 'advice.mpegts',
      label: 'Advice call',
      colour: '0x203a5c',
      seconds: 75,
      container: 'ts',
      padding: 16,
      certificate: current,
    },
    {
      name: 'three-1.mpegts',
      label: 'Mortgage, part 1',
      colour: '0x5c2a20',
      seconds: 24,
      container: 'ts',
      padding: 4,
      certificate: current,
    },
    {
      name: 'three-2.mpegts',
      label: 'Mortgage, part 2',
      colour: '0x4a5c20',
      seconds: 20,
      container: 'ts',
      padding: 8,
      certificate: current,
    },
    {
      name: 'three-3.mpegts',
      label: 'Mortgage, part 3',
      colour: '0x205c3a',
      seconds: 22,
      container: 'ts',
      padding: 12,
      certificate: rotated,
    },
    {
      name: 'azure.mpegts',
      label: 'Kept in Azure',
      colour: '0x20505c',
      seconds: 30,
      container: 'ts',
      certificate: rotated,
    },
    {
      name: 'other.mpegts',
      label: 'Private clients',
      colour: '0x4a205c',
      seconds: 25,
      container: 'ts',
      certificate: current,
    },
    {
      name: 'audio.mpegts',
      label: '',
      colour: '',
      seconds: 40,
      container: 'ts',
      audioOnly: true,
      certificate: current,
    },
    {
      name: 'encrypted.mp4',
      label: 'Encrypted MP4',
      colour: '0x5c2050',
      seconds: 40,
      container: 'mp4-front',
      certificate: current,
    },
    {
      name: 'front.mp4',
      label: 'MP4, moov in front',
      colour: '0x3a3a3a',
      seconds: 40,
      container: 'mp4-front',
      certificate: null,
    },
    {
      name: 'end.mp4',
      label: 'MP4, moov at the end',
      colour: '0x5c4a20',
      seconds: 35,
      container: 'mp4-end',
      certificate: null,
    },
    {
      name: 'cloud.mp4',
      label: 'In the recorder’s cloud',
      colour: '0x20405c',
      seconds: 30,
      container: 'mp4-front',
      certificate: null,
    },
  ]
  const samples = [...recordings.map(makeSample), makeZip(), makeText(current)]
  const manifest: Manifest = { certificates: [current, rotated], samples }
  writeFileSync(join(OUT, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
} finally {
  rmSync(WORK, { recursive: true, force: true })
}
