import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OutgoingSettings } from './outgoing.ts'

// Node reads NODE_EXTRA_CA_CERTS once, when it starts: each question is asked by a process of its own.

const folder = mkdtempSync(join(tmpdir(), 'recordroom-proxy-'))
const authority = join(folder, 'ca.pem')
let upstream: https.Server
let proxy: http.Server
/** What the proxy was asked to connect to. */
let tunnels: string[]

beforeAll(async () => {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  }
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Bank CA')
  openssl('req', ...ec, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=store')
  writeFileSync(join(folder, 'ext'), 'subjectAltName=DNS:store.example.com,DNS:localhost,IP:127.0.0.1')
  openssl(
    ...['x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '2', '-extfile', 'ext', '-out', 'leaf.pem'],
  )
  const key = readFileSync(join(folder, 'leaf.key'))
  const cert = readFileSync(join(folder, 'leaf.pem'))
  upstream = https.createServer({ key, cert }, (request, response) => response.end(`reached ${request.url}`))
  upstream.listen(0, '127.0.0.1')
  proxy = http.createServer((_request, response) => response.writeHead(400).end())
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '')
    const server = net.connect(portOf(upstream), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.pipe(client).pipe(server)
    })
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await Promise.all([once(upstream, 'listening'), once(proxy, 'listening')])
})
beforeEach(() => {
  tunnels = []
})
afterAll(() => {
  upstream.closeAllConnections()
  upstream.close()
  proxy.closeAllConnections()
  proxy.close()
  rmSync(folder, { recursive: true })
})

function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port
}

const ASKING = `
  import https from 'node:https'
  const [url, settings] = JSON.parse(process.argv[1])
  const { createOutgoing } = await import(${JSON.stringify(new URL('./outgoing.ts', import.meta.url).href)})
  const outgoing = createOutgoing(settings)
  const ways = {
    request: async () => (await outgoing.request(url)).body.text(),
    fetch: async () => (await outgoing.fetch(url)).text(),
    agent: () => new Promise((resolve, reject) => {
      https.get(url, { agent: outgoing.agents.https }, async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve(text)
      }).on('error', reject)
    }),
  }
  const said = {}
  for (const [name, way] of Object.entries(ways)) {
    said[name] = await way().catch((error) => error.cause?.code ?? error.code)
  }
  console.log(JSON.stringify(said))
  await outgoing.close()
`

/** What each way out says of the address: the answer's text or the error's code. */
async function ask(url: string, settings: Partial<OutgoingSettings>, trust = true): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...['--input-type=module', '-e', ASKING], JSON.stringify([url, { allowPrivateHosts: [], ...settings }])],
    { env: { NODE_ENV: 'test', NODE_NO_WARNINGS: '1', ...(trust && { NODE_EXTRA_CA_CERTS: authority }) } },
  )
  return JSON.parse(stdout)
}

function all(said: string): object {
  return { request: said, fetch: said, agent: said }
}

describe('the bank’s own certificate authority', () => {
  test('is trusted by every way out when NODE_EXTRA_CA_CERTS names it', async () => {
    const url = `https://localhost:${portOf(upstream)}/file`
    const settings = { allowPrivateHosts: ['localhost'] }
    expect(await ask(url, settings)).toEqual(all('reached /file'))
    expect(await ask(url, settings, false)).toEqual(all('UNABLE_TO_VERIFY_LEAF_SIGNATURE'))
  })
})

describe('HTTPS_PROXY', () => {
  const through = (): Partial<OutgoingSettings> => ({ httpsProxy: `http://127.0.0.1:${portOf(proxy)}` })

  test('is what https goes through, though it lies inside itself', async () => {
    expect(await ask('https://store.example.com/file', through())).toEqual(all('reached /file'))
    expect(new Set(tunnels)).toEqual(new Set(['store.example.com:443']))
  })

  test('is not handed an address inside, nor a name that leads inside from here', async () => {
    for (const url of [
      'https://10.0.0.1/',
      'https://169.254.169.254/',
      'https://[::1]/',
      'https://localhost/',
    ]) {
      expect(await ask(url, through())).toEqual(all('address-refused'))
    }
    expect(tunnels).toEqual([])
  })

  test('is handed what is listed', async () => {
    const settings = { ...through(), allowPrivateHosts: ['localhost:8443'] }
    expect(await ask('https://localhost:8443/file', settings)).toEqual(all('reached /file'))
    expect(new Set(tunnels)).toEqual(new Set(['localhost:8443']))
  })

  test('is passed by where NO_PROXY says so, and the guard then stands in its place', async () => {
    const url = `https://localhost:${portOf(upstream)}/file`
    const settings = { ...through(), noProxy: 'localhost' }
    expect(await ask(url, settings)).toEqual(all('address-refused'))
    expect(await ask(url, { ...settings, allowPrivateHosts: ['127.0.0.1', '::1'] })).toEqual(
      all('reached /file'),
    )
    expect(tunnels).toEqual([])
  })
})
