import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type Checkpoint,
  checkpointOrigin,
  isSignedBy,
  noteKeyId,
  parseCheckpoint,
  renderCheckpoint,
  signCheckpoint,
} from './checkpoint.ts'
import { fingerprintOf, parseSigningKey, rawPublicKey, renderPublicKey } from './signing-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-checkpoint-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)
const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8' })

const makeKey = (name: string) => {
  const pem = openssl('genpkey', '-algorithm', 'ed25519')
  writeFileSync(path(`${name}.pem`), pem)
  openssl('pkey', '-in', path(`${name}.pem`), '-pubout', '-out', path(`${name}.pub`))
  return createPrivateKey(pem)
}
const key = makeKey('own')
const earlierKey = makeKey('earlier')
const strangersKey = makeKey('stranger')

/** What openssl says of a signature over a text. */
const verify = (name: string, text: string, signature: Uint8Array): boolean => {
  writeFileSync(path('text'), text)
  writeFileSync(path('signature'), signature)
  const files = ['-inkey', path(`${name}.pub`), '-in', path('text'), '-sigfile', path('signature')]
  try {
    return openssl('pkeyutl', '-verify', '-rawin', '-pubin', ...files).includes('Successfully')
  } catch {
    return false
  }
}

const checkpoint: Checkpoint = {
  origin: 'recordroom.bank.test/audit',
  size: 20_852_163,
  root: Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64'),
  series: 2,
  at: new Date('2026-11-24T10:00:00.123Z'),
  rows: 100_000_312,
}
const TEXT = `recordroom.bank.test/audit
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
series 2
at 2026-11-24T10:00:00.123Z
rows 100000312
`

const read = (note: string) => {
  const signed = parseCheckpoint(note)
  if (signed === null) throw new Error('no checkpoint')
  return signed
}

describe('a checkpoint', () => {
  test('is text of known lines, and a signature that openssl finds good', () => {
    const note = signCheckpoint(checkpoint, [key])
    expect(note.startsWith(`${TEXT}\n\u2014 recordroom.bank.test/audit `)).toBe(true)
    const [, base64 = ''] = /^\u2014 \S+ (\S+)\n$/m.exec(note.slice(TEXT.length + 1)) ?? []
    const bytes = Buffer.from(base64, 'base64')
    expect(bytes).toHaveLength(68)
    expect(verify('own', TEXT, bytes.subarray(4))).toBe(true)
    expect(verify('own', TEXT.replace('rows 1', 'rows 2'), bytes.subarray(4))).toBe(false)
    expect(verify('stranger', TEXT, bytes.subarray(4))).toBe(false)
  })

  test('is read back as it was written', () => {
    const signed = read(signCheckpoint(checkpoint, [key]))
    expect(signed.checkpoint).toEqual(checkpoint)
    expect(signed.text).toBe(TEXT)
    expect(isSignedBy(signed, key)).toBe(true)
    expect(isSignedBy(signed, createPublicKey(readFileSync(path('own.pub'))))).toBe(true)
    expect(isSignedBy(signed, strangersKey)).toBe(false)
  })

  test('signed by openssl over the same text is signed by this key', () => {
    writeFileSync(path('text'), TEXT)
    const files = ['-inkey', path('own.pem'), '-in', path('text'), '-out', path('made')]
    openssl('pkeyutl', '-sign', '-rawin', ...files)
    const bytes = Buffer.concat([noteKeyId(checkpoint.origin, key), readFileSync(path('made'))])
    const note = `${TEXT}\n\u2014 ${checkpoint.origin} ${bytes.toString('base64')}\n`
    expect(isSignedBy(read(note), key)).toBe(true)
    expect(note).toBe(signCheckpoint(checkpoint, [key]))
  })

  test('of a change of keys holds for whoever knows either', () => {
    const signed = read(signCheckpoint(checkpoint, [key, earlierKey]))
    expect([key, earlierKey, strangersKey].map((each) => isSignedBy(signed, each))).toEqual([
      true,
      true,
      false,
    ])
    expect(signed.signatures.map(({ signature }) => verify('earlier', TEXT, signature))).toEqual([
      false,
      true,
    ])
  })

  test('may say more in later lines, which are signed too', () => {
    const text = `${TEXT}time-stamp 2026\n`
    const bytes = Buffer.concat([noteKeyId(checkpoint.origin, key), sign(null, Buffer.from(text), key)])
    const signed = read(`${text}\n\u2014 ${checkpoint.origin} ${bytes.toString('base64')}\n`)
    expect(signed.checkpoint).toEqual(checkpoint)
    expect(isSignedBy(signed, key)).toBe(true)
    expect(isSignedBy({ ...signed, text: TEXT }, key)).toBe(false)
  })

  test('is named by the host of the portal', () => {
    expect(checkpointOrigin('https://recordroom.bank.test')).toBe('recordroom.bank.test/audit')
    expect(checkpointOrigin('http://localhost:3000')).toBe('localhost:3000/audit')
  })

  test('of any numbers is read back as it was written', () => {
    const counts = fc.nat({ max: Number.MAX_SAFE_INTEGER })
    const any = fc.record({
      origin: fc.constantFrom('a.test/audit', '[::1]:3000/audit', 'xn--bcher-kva.test/audit'),
      ...{ size: counts, series: counts, rows: counts },
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
      at: fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
    })
    fc.assert(
      fc.property(any, (made) => {
        const signed = read(signCheckpoint(made, [key]))
        expect(signed.checkpoint).toEqual(made)
        expect(isSignedBy(signed, key)).toBe(true)
      }),
    )
  })
})

test('a key has the id that Go’s package of notes gives its own example', () => {
  const privateKey = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1)
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), privateKey])
  const known = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const publicKey = Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1)
  expect(Buffer.from(rawPublicKey(known)).equals(publicKey)).toBe(true)
  expect(Buffer.from(noteKeyId('PeterNeumann', known)).toString('hex')).toBe('c74f20a3')
})

describe('what was changed is seen', () => {
  const note = signCheckpoint(checkpoint, [key])

  test('at every character', () => {
    for (let at = 0; at < note.length; at += 1) {
      for (const other of ['0', 'A', '\n', ' ', '=']) {
        const changed = note.slice(0, at) + other + note.slice(at + 1)
        if (changed === note) continue
        const signed = parseCheckpoint(changed)
        expect(signed !== null && isSignedBy(signed, key)).toBe(false)
      }
    }
  })

  test('where anything was cut off, at either end', () => {
    for (let at = 1; at < note.length; at += 1) {
      for (const cut of [note.slice(0, at), note.slice(at)]) {
        const signed = parseCheckpoint(cut)
        expect(signed !== null && isSignedBy(signed, key)).toBe(false)
      }
    }
  })

  test('where a second signature in this key’s name is not its own', () => {
    const forged = Buffer.concat([
      noteKeyId(checkpoint.origin, key),
      sign(null, Buffer.from(TEXT), strangersKey),
    ])
    const signed = read(`${note}\u2014 ${checkpoint.origin} ${forged.toString('base64')}\n`)
    expect(isSignedBy(signed, key)).toBe(false)
  })

  test('where the signature stands under another name', () => {
    const [text = '', line = ''] = note.split('\n\n')
    const signed = read(`${text}\n\n${line.replace('recordroom', 'elsewhere')}`)
    expect(isSignedBy(signed, key)).toBe(false)
  })
})

describe('what is no checkpoint is none', () => {
  const note = signCheckpoint(checkpoint, [key])
  test.each([
    ['nothing', ''],
    ['no signature', `${TEXT}\n`],
    ['no empty line', note.replace('\n\n', '\n')],
    ['carriage returns', note.replaceAll('\n', '\r\n')],
    ['no newline at the end', note.slice(0, -1)],
    ['another line after the signature', `${note}more\n`],
    ['a hyphen for the dash', note.replace('\u2014', '-')],
    ['a size with a zero before', note.replace('20852163', '020852163')],
    ['a size below nothing', note.replace('20852163', '-1')],
    ['a size that no number holds', note.replace('20852163', '9007199254740993')],
    ['a root of another length', note.replace('CsUYapGG', 'CsUY')],
    ['a root spelled otherwise', note.replace('jxq2I=', 'jxq2J=')],
    ['a date that does not exist', note.replace('11-24T', '02-30T')],
    ['a time of another form', note.replace('.123Z', '+00:00')],
    ['a line missing', note.replace('series 2\n', '')],
    ['lines out of order', note.replace('series 2\n', '').replace('rows', 'series 2\nrows')],
    ['a control character', note.replace('series 2\n', 'series 2\n').replace(TEXT, `${TEXT}a\tb\n`)],
    ['half a surrogate pair', note.replace(TEXT, `${TEXT}\ud800\n`)],
    ['more than any note has', `${note}${note.split('\n\n')[1]?.repeat(700)}`],
  ])('%s', (_, text) => {
    expect(parseCheckpoint(text)).toBeNull()
  })

  test.each([
    ['a name with a space', { origin: 'a b/audit' }],
    ['a name with a plus', { origin: 'a+b/audit' }],
    ['a name of two lines', { origin: 'a\nb' }],
    ['half a leaf', { size: 1.5 }],
    ['a size that is not exact', { size: 2 ** 53 }],
    ['a root that is no hash', { root: Buffer.alloc(31) }],
    ['a time past the year 9999', { at: new Date(Date.UTC(10_000, 0, 1)) }],
    ['rows below nothing', { rows: -1 }],
  ])('%s is not written', (_, change) => {
    expect(() => renderCheckpoint({ ...checkpoint, ...change })).toThrow(RangeError)
  })
})

describe('a signing key', () => {
  const pem = readFileSync(path('own.pem'), 'utf8')

  test('has the fingerprint and the public half that openssl makes of it', () => {
    writeFileSync(path('der'), '')
    openssl('pkey', '-in', path('own.pem'), '-pubout', '-outform', 'DER', '-out', path('der'))
    const [, digest] = /= ([0-9a-f]{64})/.exec(openssl('dgst', '-sha256', path('der'))) ?? []
    expect(fingerprintOf(key)).toBe(digest)
    expect(renderPublicKey(key)).toBe(readFileSync(path('own.pub'), 'utf8'))
    expect(fingerprintOf(createPublicKey(key))).toBe(fingerprintOf(key))
    expect(readFileSync(path('der')).subarray(-32).equals(rawPublicKey(key))).toBe(true)
  })

  test('is Ed25519, private and open', () => {
    expect(parseSigningKey(pem)?.asymmetricKeyType).toBe('ed25519')
    const locked = openssl(
      'pkcs8',
      '-topk8',
      '-in',
      path('own.pem'),
      '-v2',
      'aes-256-cbc',
      '-passout',
      'pass:word',
    )
    const others = [
      '',
      'no key',
      openssl('genpkey', '-algorithm', 'x25519'),
      readFileSync(path('own.pub'), 'utf8'),
    ]
    expect([locked, ...others].map(parseSigningKey)).toEqual([null, null, null, null, null])
  })
})
