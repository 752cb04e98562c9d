import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fingerprintOf, makeCertificate, readText, type TestCertificate } from '../keys/test-certificates.ts'
import { checkCertificate } from './check-certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let plain: TestCertificate
let locked: TestCertificate
beforeAll(() => {
  plain = makeCertificate(folder, 'plain')
  locked = makeCertificate(folder, 'locked', { passphrase: 'four words and more' })
})

const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })

const check = (of: TestCertificate, passphrase: string | null = null, keyOf: TestCertificate = of) =>
  checkCertificate({
    certificatePem: readText(folder, of.certificate),
    privateKeyPem: readText(folder, keyOf.key),
    passphrase,
  })

describe('a certificate and its key', () => {
  test('are taken, with the fingerprint and the dates that openssl says', () => {
    const date = (which: string): Date =>
      new Date(openssl('x509', '-in', plain.certificate, '-noout', `-${which}`).replace(/^.*=/, ''))
    expect(check(plain)).toEqual({
      pem: readText(folder, plain.certificate),
      fingerprint: fingerprintOf(folder, plain),
      notBefore: date('startdate'),
      notAfter: date('enddate'),
    })
  })

  test('are taken with the passphrase of a locked key, in either form of PEM', () => {
    expect(check(locked, 'four words and more')).toMatchObject({ fingerprint: fingerprintOf(folder, locked) })
    const traditional = openssl(
      ...['rsa', '-aes256', '-traditional', '-passout', 'pass:old', '-in', plain.key],
    )
    expect(traditional).toContain('Proc-Type: 4,ENCRYPTED')
    expect(
      checkCertificate({
        certificatePem: readText(folder, plain.certificate),
        privateKeyPem: traditional,
        passphrase: 'old',
      }),
    ).toMatchObject({ fingerprint: fingerprintOf(folder, plain) })
  })

  test.each([1024, 2048])('are taken of %i bits', (bits) => {
    const made = makeCertificate(folder, `rsa-${bits}`, { key: [`rsa:${bits}`] })
    expect(check(made)).toMatchObject({ fingerprint: fingerprintOf(folder, made) })
  })
})

describe('refused is', () => {
  test('a key that is another certificate’s', () => {
    expect(check(plain, 'four words and more', locked)).toEqual({
      field: 'privateKey',
      message: 'does not belong to the certificate',
    })
  })

  test('a locked key without its passphrase, or with another', () => {
    expect(check(locked)).toEqual({ field: 'passphrase', message: 'is missing: the key is locked' })
    expect(check(locked, 'another')).toEqual({ field: 'passphrase', message: 'does not open the key' })
  })

  test.each([512, 3072])('a key of %i bits', (bits) => {
    expect(check(makeCertificate(folder, `rsa-${bits}`, { key: [`rsa:${bits}`] }))).toEqual({
      field: 'certificate',
      message: 'must be of an RSA key of 744 to 2,048 bits',
    })
  })

  test('a key that is not RSA', () => {
    const curve = makeCertificate(folder, 'curve', { key: ['ec', 'ec_paramgen_curve:P-256'] })
    expect(check(curve)).toEqual({ field: 'certificate', message: 'must be of an RSA key' })
    const signing = makeCertificate(folder, 'pss', { key: ['rsa-pss', 'rsa_keygen_bits:2048'] })
    expect(check(signing)).toEqual({ field: 'certificate', message: 'must be of an RSA key' })
  })

  test.each([
    ['a text', () => 'certificate'],
    ['a certificate cut short', () => readText(folder, plain.certificate).slice(0, 400)],
    ['a key in its place', () => readText(folder, plain.key)],
  ])('%s instead of the certificate', (_, certificate) => {
    expect(
      checkCertificate({
        certificatePem: certificate(),
        privateKeyPem: readText(folder, plain.key),
        passphrase: null,
      }),
    ).toEqual({ field: 'certificate', message: 'is not an X.509 certificate as PEM' })
  })

  test.each([
    ['a text', () => 'key'],
    ['a key cut short', () => readText(folder, plain.key).slice(0, 400)],
    ['the certificate', () => readText(folder, plain.certificate)],
  ])('%s instead of the key', (_, key) => {
    expect(
      checkCertificate({
        certificatePem: readText(folder, plain.certificate),
        privateKeyPem: key(),
        passphrase: null,
      }),
    ).toMatchObject({ field: 'privateKey' })
  })
})
