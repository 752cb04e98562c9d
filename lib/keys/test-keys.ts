import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PemKey } from './pem.ts'

export type MadeKey = PemKey & { readonly certificatePath: string }

export type KeyOptions = {
  readonly name: string
  readonly passphrase: string | null
  /** As openssl takes it: `rsa:2048`, or `ed25519`. */
  readonly algorithm: string
}

/** For tests: a key pair and its certificate, made by openssl in a folder. */
export function makeKey(folder: string, { name, passphrase, algorithm }: KeyOptions): MadeKey {
  const certificatePath = join(folder, `${name}.cert.pem`)
  const keyPath = join(folder, `${name}.key.pem`)
  const secrecy = passphrase === null ? ['-noenc'] : ['-passout', `pass:${passphrase}`]
  openssl([
    ...['req', '-new', '-x509', '-days', '30', '-newkey', algorithm, '-subj', `/CN=${name}`],
    ...['-out', certificatePath, '-keyout', keyPath, ...secrecy],
  ])
  const certificatePem = readFileSync(certificatePath, 'utf8')
  return { certificatePem, privateKeyPem: readFileSync(keyPath, 'utf8'), passphrase, certificatePath }
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

/** The certificate’s fingerprint as openssl tells it, in the form the product has it. */
export function fingerprintOf({ certificatePath }: MadeKey): string {
  const said = openssl(['x509', '-in', certificatePath, '-noout', '-fingerprint', '-sha256']).toString()
  return (said.split('=')[1] ?? '').trim().replaceAll(':', '').toLowerCase()
}

function openssl(args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('openssl', args)
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}\n${stderr.toString()}`)
  return stdout
}
