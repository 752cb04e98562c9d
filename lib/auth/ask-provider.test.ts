import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { parseEnvironment } from '../env.ts'
import { inventEnvironment } from '../test-environment.ts'
import { askProvider } from './ask-provider.ts'

const closing: http.Server[] = []
afterEach(() => {
  for (const server of closing.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listen(server: http.Server): Promise<string> {
  closing.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const environment = (settings: Record<string, string> = {}) =>
  parseEnvironment({ ...inventEnvironment('postgresql://db.test/recordroom'), ...settings })

test('a question is a form, and its answer JSON', async () => {
  const server = http.createServer(async (request, response) => {
    let form = ''
    for await (const chunk of request) form += chunk
    response.end(JSON.stringify([request.method, request.headers.authorization, form]))
  })
  const url = `http://${await listen(server)}/token`
  expect(await askProvider(environment(), { url, form: { a: 'b c' }, authorization: 'Basic x' })).toEqual({
    status: 200,
    body: ['POST', 'Basic x', 'a=b+c'],
  })
  expect((await askProvider(environment(), { url })).body).toEqual(['GET', null, ''])
})

test('it goes by HTTPS_PROXY, unless NO_PROXY says otherwise', async () => {
  const asked: string[] = []
  const proxy = http.createServer().on('connect', (request, client) => {
    asked.push(request.url ?? '')
    client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  const through = { HTTPS_PROXY: `http://${await listen(proxy)}` }
  const url = 'https://localhost:1/token'
  await expect(askProvider(environment(through), { url })).rejects.toThrow()
  expect(asked).toEqual(['localhost:1'])
  await expect(askProvider(environment({ ...through, NO_PROXY: 'localhost' }), { url })).rejects.toThrow(
    'ECONNREFUSED',
  )
  expect(asked).toHaveLength(1)
})

test('an answer that is no JSON is none, and one without an end is not read', async () => {
  const server = http.createServer((request, response) => {
    if (request.url === '/page') return response.end('<html>')
    response.on('error', () => {})
    const pour = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', pour)
    }
    return pour()
  })
  const host = await listen(server)
  expect(await askProvider(environment(), { url: `http://${host}/page` })).toEqual({
    status: 200,
    body: null,
  })
  await expect(askProvider(environment(), { url: `http://${host}/flood` })).rejects.toThrow(
    'more than is read',
  )
})
