import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFreePort } from '../e2e/stack/free-port.ts'
import { openDatabase, withinDeadline } from './database.ts'
import { AppError } from './errors.ts'

/** Takes connections and says nothing, as a database that is frozen does. */
let silent: Server
const sockets: Socket[] = []

beforeAll(async () => {
  silent = createServer((socket) => sockets.push(socket))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  silent.close()
})

const ask = async (port: number): Promise<unknown> => {
  const db = openDatabase(`postgresql://x:y@127.0.0.1:${port}/z`)
  try {
    return await withinDeadline(db.$queryRaw`SELECT 1`)
  } finally {
    await db.$disconnect()
  }
}

test('a database that refuses to be asked is audit-unavailable', async () => {
  await expect(ask(await findFreePort())).rejects.toMatchObject({ code: 'audit-unavailable' })
})

test('a database that says nothing is audit-unavailable, after three seconds', async () => {
  const address = silent.address()
  const begun = performance.now()
  await expect(ask(typeof address === 'object' ? (address?.port ?? 0) : 0)).rejects.toMatchObject({
    code: 'audit-unavailable',
  })
  expect(performance.now() - begun).toBeLessThan(4_000)
})

test('what is wrong with the question stays what it is', async () => {
  const wrong = new Error('syntax error')
  await expect(withinDeadline(Promise.reject(wrong))).rejects.toBe(wrong)
  const refused = new AppError('forbidden')
  await expect(withinDeadline(Promise.reject(refused))).rejects.toBe(refused)
})

test('an answer is given as it came', async () => {
  expect(await withinDeadline(Promise.resolve(42))).toBe(42)
})
