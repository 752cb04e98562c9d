// The recordings that come with the stack: what they are and where. `make-samples.ts` has made them.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type SampleCertificate = {
  readonly name: string
  /** Paths within `samples/`. */
  readonly certificate: string
  readonly privateKey: string
  readonly passphrase: string | null
}

export type Sample = {
  /** Of the file in `samples/`. */
  readonly name: string
  readonly container: 'ts' | 'mp4' | 'zip' | 'unknown'
  readonly durationSeconds: number
  readonly hasVideo: boolean
  /** Which certificate its key is wrapped with; null when it is not encrypted. */
  readonly certificate: string | null
  /** The wrapped key in base64, as the recorder gives it; empty when it is not encrypted. */
  readonly password: string
  /** The same key wrapped with a certificate whose private key nobody has. */
  readonly foreignPassword: string
  readonly sizeBytes: number
  /** Hex, as the next. */
  readonly sha256: string
  readonly plaintextSizeBytes: number
  readonly plaintextSha256: string
}

export type Manifest = {
  /** Newest first. */
  readonly certificates: readonly SampleCertificate[]
  readonly samples: readonly Sample[]
}

/** The path of a file in `samples/`. */
export function samplePath(name: string): string {
  return fileURLToPath(new URL(`samples/${name}`, import.meta.url))
}

export function readManifest(): Manifest {
  return parseManifest(readFileSync(samplePath('manifest.json'), 'utf8'))
}

function parseManifest(text: string): Manifest {
  return JSON.parse(text) as Manifest
}

export function getSample(name: string): Sample {
  const sample = readManifest().samples.find((candidate) => candidate.name === name)
  if (sample === undefined) throw new Error(`There is no sample ${name}.`)
  return sample
}
