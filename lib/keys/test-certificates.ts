import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type TestCertificate = { readonly certificate: string; readonly key: string }

/** For tests: a certificate and its private key, made by the openssl command in a folder. Paths within it. */
export function makeCertificate(
  folder: string,
  name: string,
  { key = ['rsa:2048'], passphrase }: { readonly key?: readonly string[]; readonly passphrase?: string } = {},
): TestCertificate {
  const [algorithm = '', ...options] = key
  const paths = { certificate: `${name}.cert.pem`, key: `${name}.key.pem` }
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', algorithm, ...options.flatMap((option) => ['-pkeyopt', option])],
      ...(passphrase === undefined ? ['-noenc'] : ['-passout', `pass:${passphrase}`]),
      ...['-subj', `/CN=${name}`, '-days', '365', '-keyout', paths.key, '-out', paths.certificate],
    ],
    { cwd: folder, stdio: 'pipe' },
  )
  return paths
}

/** For tests: SHA-256 of the certificate, as openssl says it. */
export function fingerprintOf(folder: string, { certificate }: TestCertificate): string {
  const said = execFileSync(
    'openssl',
    ['x509', '-in', join(folder, certificate), '-noout', '-fingerprint', '-sha256'],
    {
      encoding: 'utf8',
    },
  )
  return said.trim().replace(/^.*=/, '').replaceAll(':', '').toLowerCase()
}

export function readText(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}
