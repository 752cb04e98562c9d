import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { isAppError } from '../errors.ts'
import { createOutgoing, type Outgoing, type OutgoingSettings } from './outgoing.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function listen(handler: http.RequestListener): Promise<number> {
  const server = http.createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function goOut(settings: Partial<OutgoingSettings>): Outgoing {
  const outgoing = createOutgoing({ allowPrivateHosts: [], ...settings })
  closing.push(() => outgoing.close())
  return outgoing
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!isAppError(error, 'address-refused')) throw new Error('not refused', { cause: error })
  return error.detail
}

/** A resolver in which every name leads to the given addresses. */
function leadingTo(...addresses: string[]): LookupFunction {
  return (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
}

function getByAgent(agent: http.Agent, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      .on('error', reject)
  })
}

const answer: http.RequestListener = (_request, response) => response.end('reached')

describe('an address inside the network', () => {
  test('is refused as a literal, by every way out, with what to list', async () => {
    const port = await listen(answer)
    const outgoing = goOut({})
    const url = `http://127.0.0.1:${port}/`
    for (const work of [
      () => outgoing.request(url),
      () => outgoing.fetch(url),
      () => getByAgent(outgoing.agents.http, url),
    ]) {
      expect(await refusalOf(work())).toBe(
        `127.0.0.1:${port} is an address inside the network (loopback). If that is meant, add 127.0.0.1:${port} to ALLOW_PRIVATE_HOSTS.`,
      )
    }
  })

  test('is refused when a public name leads there, by every way out', async () => {
    const port = await listen(answer)
    const outgoing = goOut({ lookup: leadingTo('127.0.0.1') })
    const url = `http://calls.example.com:${port}/`
    for (const work of [
      () => outgoing.request(url),
      () => outgoing.fetch(url),
      () => getByAgent(outgoing.agents.http, url),
    ]) {
      expect(await refusalOf(work())).toBe(
        `calls.example.com:${port} leads to 127.0.0.1, an address inside the network (loopback). If that is meant, add calls.example.com:${port} to ALLOW_PRIVATE_HOSTS.`,
      )
    }
  })

  test('is refused when the name changes its mind between two connections', async () => {
    const port = await listen((_request, response) => {
      response.setHeader('connection', 'close')
      response.end()
    })
    let asked = 0
    const outgoing = goOut({
      allowPrivateHosts: [`127.0.0.1:${port}`],
      lookup: (name, options, callback) =>
        leadingTo(asked++ === 0 ? '127.0.0.1' : '169.254.169.254')(name, options, callback),
    })
    const first = await outgoing.request(`http://rebound.example.com:${port}/`)
    await first.body.dump()
    expect(first.statusCode).toBe(200)
    expect(await refusalOf(outgoing.request(`http://rebound.example.com:${port}/`))).toContain(
      'leads to 169.254.169.254',
    )
  })

  test.each([
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'http://127.0.0.1./',
  ])('is refused however it is written: %s', async (url) => {
    expect(await refusalOf(goOut({}).request(url))).toContain('inside the network')
    expect(await refusalOf(goOut({}).fetch(url))).toContain('inside the network')
  })

  test('is refused to a library that writes a short form for the resolver to complete', async () => {
    const outgoing = goOut({})
    const asking = new Promise((resolve, reject) => {
      http
        .get({ host: '127.1', port: 9, path: '/', agent: outgoing.agents.http }, resolve)
        .on('error', reject)
    })
    expect(await refusalOf(asking)).toContain('127.0.0.1')
  })

  test('is dialled when its name is listed, and no other port of it', async () => {
    const port = await listen(answer)
    const other = await listen(answer)
    const outgoing = goOut({
      allowPrivateHosts: [`store.bank.example:${port}`],
      lookup: leadingTo('127.0.0.1'),
    })
    const reached = await outgoing.request(`http://Store.Bank.example.:${port}/`)
    expect(await reached.body.text()).toBe('reached')
    expect(await getByAgent(outgoing.agents.http, `http://store.bank.example:${port}/`)).toBe(200)
    await refusalOf(outgoing.request(`http://store.bank.example:${other}/`))
    await refusalOf(getByAgent(outgoing.agents.http, `http://store.bank.example:${other}/`))
  })

  test('is dialled when a listed network holds it', async () => {
    const port = await listen(answer)
    const outgoing = goOut({ allowPrivateHosts: ['127.0.0.0/8'] })
    expect(await (await outgoing.fetch(`http://localhost:${port}/`)).text()).toBe('reached')
  })

  test('is passed over for a public one of the same name', async () => {
    const port = await listen(answer)
    const outgoing = goOut({
      allowPrivateHosts: [`127.0.0.1:${port}`],
      lookup: leadingTo('10.9.8.7', '127.0.0.1'),
    })
    const reached = await outgoing.request(`http://two.example.com:${port}/`)
    expect(await reached.body.text()).toBe('reached')
  })
})

describe('what goes out', () => {
  test('follows no redirect', async () => {
    const port = await listen((request, response) => {
      response.writeHead(request.url === '/' ? 302 : 200, { location: 'http://169.254.169.254/' })
      response.end()
    })
    const outgoing = goOut({ allowPrivateHosts: ['127.0.0.1'] })
    const url = `http://127.0.0.1:${port}/`
    const requested = await outgoing.request(url)
    await requested.body.dump()
    expect(requested.statusCode).toBe(302)
    expect((await outgoing.fetch(url, { redirect: 'follow' })).status).toBe(302)
  })

  test.each(['file:///etc/passwd', 'data:text/plain,hello', 'ftp://example.com/', 'not a url'])(
    'is http or https only: %s',
    async (url) => {
      const detail = await refusalOf(goOut({}).fetch(url))
      expect(detail).toBe('An outgoing address must be an http or https URL.')
      expect(await refusalOf(goOut({}).request(url))).toBe(detail)
    },
  )

  test('gives up on an answer that does not begin', async () => {
    const port = await listen(() => {})
    const outgoing = goOut({ allowPrivateHosts: ['127.0.0.1'] })
    await expect(
      outgoing.request(`http://127.0.0.1:${port}/`, { headersTimeoutMs: 50 }),
    ).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' })
  })
})
