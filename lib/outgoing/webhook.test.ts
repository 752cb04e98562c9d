import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../../e2e/stack/webhook-receiver.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import { makeSigningSecret, planRetry, sendWebhook, signWebhook } from './webhook.ts'

let receiver: WebhookReceiver
let outgoing: Outgoing
const signingSecret = makeSigningSecret()

beforeAll(async () => {
  receiver = await startWebhookReceiver()
  outgoing = createOutgoing({ allowPrivateHosts: [`127.0.0.1:${receiver.port}`] })
})
afterAll(async () => {
  await outgoing.close()
  await receiver.stop()
})

const NEVER = new AbortController().signal
const send = (changes: { id?: string; body?: string; url?: string; signal?: AbortSignal } = {}) => {
  const { url = receiver.url, ...message } = changes
  return sendWebhook(
    outgoing,
    { url, signingSecret },
    { id: 'evt-1', body: '{"type":"test"}', signal: NEVER, ...message },
  )
}

/** As the receiver of a webhook reads it: Standard Webhooks, "Verifying signatures", with nothing of the sender. */
function verify(received: WebhookReceiver['received'][number] | undefined, secret: string): boolean {
  if (received === undefined) return false
  const { headers, body } = received
  const [, base64 = ''] = /^whsec_(.+)$/.exec(secret) ?? []
  const toSign = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.')
  const mac = createHmac('sha256', Buffer.from(base64, 'base64')).update(toSign).digest('base64')
  const isFresh = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 300
  return isFresh && (headers['webhook-signature'] ?? '').split(' ').includes(`v1,${mac}`)
}

describe('a webhook', () => {
  test('is a POST of JSON that its receiver can verify, and that nobody else could have signed', async () => {
    receiver.answerWith(() => 204)
    const body = JSON.stringify({ type: 'grüße', data: { a: 'ß☎' } })
    expect(await send({ id: 'evt-2', body })).toEqual({ delivered: true, status: 204 })
    const got = receiver.received.at(-1)
    expect(got).toMatchObject({ method: 'POST', path: '/hook', body })
    expect(got?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'evt-2' })
    expect(verify(got, signingSecret)).toBe(true)
    expect(verify(got, makeSigningSecret())).toBe(false)
    expect(verify(got && { ...got, body: `${body} ` }, signingSecret)).toBe(false)
  })

  test('is signed as the example that its standard’s libraries are tested with', () => {
    expect(
      signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
        ...{ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', body: '{"test": 2432232314}' },
      }),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  test.each([500, 503, 404, 401, 429])('that is answered %i was not taken', async (status) => {
    receiver.answerWith(() => status)
    expect(await send()).toEqual({ delivered: false, status, error: `answered ${status}`, isFinal: false })
  })

  test('that is answered "gone" is not to be sent again', async () => {
    receiver.answerWith(() => 410)
    expect(await send()).toMatchObject({ delivered: false, isFinal: true })
  })

  test('is not led elsewhere by a redirect', async () => {
    const before = receiver.received.length
    receiver.answerWith(() => ({ status: 307, location: `http://127.0.0.1:${receiver.port}/other` }))
    expect(await send()).toMatchObject({
      ...{ delivered: false, status: 307, error: 'answered 307; redirects are not followed' },
    })
    expect(receiver.received.slice(before).map(({ path }) => path)).toEqual(['/hook'])
  })

  test('does not reach inside the network, unless listed', async () => {
    const before = receiver.received.length
    const outcome = await send({ url: 'http://127.0.0.1:1/hook?key=hidden' })
    expect(outcome).toMatchObject({ delivered: false, status: null })
    expect(JSON.stringify(outcome)).toContain('add 127.0.0.1:1 to ALLOW_PRIVATE_HOSTS')
    const metadata = await send({ url: 'http://169.254.169.254/latest/meta-data' })
    expect(JSON.stringify(metadata)).toContain('inside the network')
    expect(receiver.received.length).toBe(before)
  })

  test('that meets nobody, or somebody who hangs up, says so without its address', async () => {
    const there = createOutgoing({ allowPrivateHosts: ['127.0.0.1'] })
    const nobody = await sendWebhook(
      there,
      { url: 'http://127.0.0.1:1/hook?key=hidden', signingSecret },
      { id: 'evt-3', body: '{}', signal: NEVER },
    )
    await there.close()
    expect(nobody).toEqual({
      ...{ delivered: false, status: null, error: 'no connection (ECONNREFUSED)', isFinal: false },
    })
    receiver.answerWith(() => 'cut')
    const cut = await send({ url: `${receiver.url}?key=hidden` })
    expect(cut).toMatchObject({ delivered: false, status: null })
    expect(JSON.stringify(cut)).not.toContain('hidden')
  })

  test.each(['flood', 'stall'] as const)('is taken by its status, whatever follows: %s', async (answer) => {
    receiver.answerWith(() => answer)
    expect(await send()).toEqual({ delivered: true, status: 200 })
  })

  test('that is not answered is given up after ten seconds', async () => {
    receiver.answerWith(() => 'hang')
    const startedMs = performance.now()
    expect(await send()).toMatchObject({ delivered: false, error: 'no answer within 10 seconds' })
    expect(performance.now() - startedMs).toBeGreaterThan(9_000)
  })

  test('is let go when its caller is done with it', async () => {
    receiver.answerWith(() => 'hang')
    const stopping = new AbortController()
    const before = receiver.received.length
    const sending = send({ signal: stopping.signal })
    await receiver.waitFor(before + 1)
    stopping.abort(new Error('the worker stops'))
    await expect(sending).rejects.toThrow('the worker stops')
  })
})

describe('the plan of attempts', () => {
  const wholePlan = (random: number) => Array.from({ length: 8 }, (_, index) => planRetry(index + 1, random))

  test('goes from seconds to a day, and ends', () => {
    expect(wholePlan(0.5)).toEqual([5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000, null])
  })

  test('is moved by a fifth either way', () => {
    expect([planRetry(1, 0), planRetry(1, 1)]).toEqual([4_000, 6_000])
  })
})

test('signing secrets are of 32 bytes and never the same', () => {
  const secrets = Array.from({ length: 100 }, makeSigningSecret)
  expect(new Set(secrets).size).toBe(100)
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
})
