import { expect, test } from 'vitest'
import { eachAlone } from './each-alone.ts'

const odd = new Error('odd')
const refuseOdd = async (n: number): Promise<void> => {
  if (n % 2 === 1) throw odd
}

test('one that fails does not hold up the others', async () => {
  const tried: number[] = []
  const done = await eachAlone([1, 2, 3, 4], async (n) => {
    tried.push(n)
    await refuseOdd(n)
  })
  expect(tried).toEqual([1, 2, 3, 4])
  expect(done).toBe(2)
})

test('where none is done, the failure is told', async () => {
  await expect(eachAlone([1, 3], refuseOdd)).rejects.toBe(odd)
  expect(await eachAlone([], refuseOdd)).toBe(0)
})
