import { expect, test } from 'vitest'
import { zipFiles } from './zip-files.ts'

async function* fileOf(bytes: AsyncGenerator<Uint8Array>) {
  yield { name: 'a', bytes }
}

test.each([0, 1, 40])(
  'a file that cannot be read on after %i parts ends the archive with its error',
  async (parts) => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < parts; n += 1) yield Buffer.alloc(70_000, n)
      throw new Error('it is gone')
    }
    const taking = async (): Promise<void> => {
      for await (const _ of zipFiles(fileOf(failing()), new Date()));
    }
    await expect(taking()).rejects.toThrow('it is gone')
  },
)

test('no more of a file is read than is taken, and whoever leaves lets go of it', async () => {
  const read = { parts: 0, isLeft: false }
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (; ; read.parts += 1) yield crypto.getRandomValues(new Uint8Array(60_000))
    } finally {
      read.isLeft = true
    }
  }
  const chunks = zipFiles(fileOf(endless()), new Date())
  for (let n = 0; n < 20; n += 1) await chunks.next()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(read.parts).toBeLessThan(60)
  await chunks.return(undefined)
  expect(read.isLeft).toBe(true)
})
