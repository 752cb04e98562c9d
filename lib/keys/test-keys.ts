import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PemKey } from './pem.ts'
import { fingerprintOf, makeCertificate, readText } from './test-certificates.ts'

export type MadeKey = PemKey & { readonly certificatePath: string; readonly fingerprint: string }

export type KeyOptions = {
  readonly name: string
  readonly passphrase: string | null
  /** As openssl takes it: `rsa:2048`, or `ed25519`. */
  readonly algorithm: string
}

/** For tests: a key pair and its certificate, made by openssl in a folder. */
export function makeKey(folder: string, { name, passphrase, algorithm }: KeyOptions): MadeKey {
  const options = { key: [algorithm], ...(passphrase !== null && { passphrase }) }
  const made = makeCertificate(folder, name, options)
  return {
    certificatePem: readText(folder, made.certificate),
    privateKeyPem: readText(folder, made.key),
    passphrase,
    certificatePath: join(folder, made.certificate),
    fingerprint: fingerprintOf(folder, made),
  }
}

/** Wraps a password as the recorder does, base64; the hash is openssl’s name of it. */
export function wrapPassword(folder: string, bytes: Uint8Array, to: MadeKey & { hash: string }): string {
  const path = join(folder, 'password')
  writeFileSync(path, bytes)
  return openssl([
    ...['pkeyutl', '-encrypt', '-certin', '-inkey', to.certificatePath, '-in', path],
    ...['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', `rsa_oaep_md:${to.hash}`],
  ]).toString('base64')
}

function openssl(args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('openssl', args)
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}\n${stderr.toString()}`)
  return stdout
}
