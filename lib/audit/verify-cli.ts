// `npm run verify -- DIR [--key FINGERPRINT] [--anchor FILE] [--earlier DIR]`: whether an unpacked bundle of the log is
// what its signer sealed. Exit: 0 whole, by the key named, and extending the anchor or the earlier export; 2 consistent,
// and what was not checked is said; 1 not whole. It is `verify.mjs` in each bundle, too.
import { createPublicKey, verify } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openBundleOnDisk, readPlainFile } from './bundle-on-disk.ts'
import { type Verdict, verifyBundle } from './verify.ts'
import { MOST_NOTE_BYTES } from './verify-checkpoint.ts'
import { quote } from './verify-fault.ts'
import { decodeUtf8 } from './verify-json.ts'
import { parseFingerprint } from './verify-key.ts'
import type { Known } from './verify-known.ts'

export type VerifyOptions = {
  readonly key?: string | undefined
  readonly anchor?: string | undefined
  readonly earlier?: string | undefined
}

/** Verifies the bundle in a folder, as the command does. */
export async function verifyFolder(path: string, { key, anchor, earlier }: VerifyOptions): Promise<Verdict> {
  const named = key === undefined ? null : parseFingerprint(key)
  if (key !== undefined && named === null)
    return refuse(`${quote(key)}: it is no fingerprint, which is 64 hex digits.`)
  const paths = [
    ...(anchor === undefined ? [] : [anchor]),
    ...(earlier === undefined ? [] : [join(earlier, 'checkpoint')]),
  ]
  const known: Known[] = []
  for (const each of paths) {
    const text = await readNote(each)
    if (text === null) return refuse(`${quote(each)}: no checkpoint can be read there.`)
    known.push({ name: each, text })
  }
  try {
    return await verifyBundle(await openBundleOnDisk(path), isEd25519Signature, { key: named, known })
  } catch {
    return refuse(`${quote(path)}: the folder cannot be read.`)
  }
}

function refuse(finding: string): Verdict {
  return { code: 1, sentences: [`Not whole. ${finding}`] }
}

async function readNote(path: string): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of readPlainFile(await realpath(path))) {
      bytes += chunk.length
      if (bytes > MOST_NOTE_BYTES) return null
      chunks.push(chunk)
    }
  } catch {
    return null
  }
  return decodeUtf8(Buffer.concat(chunks))
}

async function isEd25519Signature(
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') }
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature)
}

const USAGE = 'verify DIR [--key FINGERPRINT] [--anchor FILE] [--earlier DIR]'

async function run(argv: readonly string[]): Promise<Verdict> {
  const options = {
    key: { type: 'string' },
    anchor: { type: 'string' },
    earlier: { type: 'string' },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    const [folder, ...others] = positionals
    if (folder !== undefined && others.length === 0) return await verifyFolder(folder, values)
  } catch {
    // Said below: nothing but the arguments was looked at.
  }
  return { code: 1, sentences: [`Nothing was verified. It is called so: ${USAGE}`] }
}

// Not by import.meta.main: a node that does not know it would do nothing, and its 0 would be taken for a verdict.
const [, program = ''] = process.argv
if (program !== '' && realpathSync(program) === fileURLToPath(import.meta.url)) {
  process.exitCode = 1
  const { code, sentences } = await run(process.argv.slice(2))
  process.stdout.write(`${sentences.join('\n')}\n`)
  process.exitCode = code
}
