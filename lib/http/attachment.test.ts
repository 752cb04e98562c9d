import { expect, test } from 'vitest'
import { answerAttachment } from './attachment.ts'

function ofChunks(count: number) {
  const state = { isLeft: false }
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (let n = 0; n < count; n += 1) yield Buffer.from([n])
    } finally {
      state.isLeft = true
    }
  }
  return { state, file: { name: 'a.bin', contentType: 'application/octet-stream', read } }
}
const request = () => new Request('http://portal.test/file')

test('a file that is taken is there to its last byte', async () => {
  const { file, state } = ofChunks(3)
  const answer = await answerAttachment(file, request())
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0, 1, 2]))
  expect(state.isLeft).toBe(true)
})

test('whoever takes nothing of it for too long is let go, and the answer breaks off', async () => {
  const { file, state } = ofChunks(1000)
  const answer = await answerAttachment(file, request(), 50)
  const taker = answer.body?.getReader()
  await taker?.read()
  expect(state.isLeft).toBe(false)
  await expect.poll(() => state.isLeft).toBe(true)
  await expect(taker?.read()).rejects.toThrow('for too long')
})

test('so is whoever never begins', async () => {
  const { file, state } = ofChunks(1000)
  await answerAttachment(file, request(), 50)
  await expect.poll(() => state.isLeft).toBe(true)
})
