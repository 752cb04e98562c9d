// A time-stamping authority (RFC 3161) that answers by the `openssl ts` command, with a CA of its own.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { close, listen } from './listen.ts'

export type TimeStampAuthority = {
  readonly url: string
  /** The CA's certificate, for `openssl ts -verify -CAfile`. */
  readonly caFile: string
  /** How often it was asked. */
  readonly asked: () => number
  /** Answers something else for what it would have answered; null ends that. */
  answerWith(change: ((answer: Buffer, query: Buffer) => Buffer | number) | null): void
  stop(): Promise<void>
}

const run = promisify(execFile)
const CONFIG = `
[ca_name]
[req]
distinguished_name = ca_name
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`

export async function startTimeStampAuthority(folder: string): Promise<TimeStampAuthority> {
  await mkdir(folder, { recursive: true })
  const openssl = (...words: string[]) => run('openssl', words, { cwd: folder })
  await writeFile(join(folder, 'tsa.cnf'), CONFIG)
  await writeFile(join(folder, 'serial'), '01')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'tsa.cnf']
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=Stamps CA',
  )
  await openssl('req', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Stamps')
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30']
  const stamps = ['-extfile', 'tsa.cnf', '-extensions', 'stamps']
  await openssl('x509', '-req', '-in', 'tsa.csr', ...signed, ...stamps, '-out', 'tsa.pem')

  let asked = 0
  let change: ((answer: Buffer, query: Buffer) => Buffer | number) | null = null
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    asked += 1
    if (request.headers['content-type'] !== 'application/timestamp-query')
      return void response.writeHead(415).end()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const query = Buffer.concat(chunks)
    const place = await mkdtemp(join(folder, 'asked-'))
    await writeFile(join(place, 'query.tsq'), query)
    const files = ['-queryfile', join(place, 'query.tsq'), '-out', join(place, 'answer.tsr')]
    await openssl('ts', '-reply', '-config', 'tsa.cnf', ...files)
    const said = await readFile(join(place, 'answer.tsr'))
    const told = change === null ? said : change(said, query)
    if (typeof told === 'number') return void response.writeHead(told).end()
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(told)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end())
  })
  const port = await listen(server, 0)
  return {
    url: `http://127.0.0.1:${port}/tsa`,
    caFile: join(folder, 'ca.pem'),
    asked: () => asked,
    answerWith(next) {
      change = next
    },
    stop: () => close(server),
  }
}
