import { expect, test } from 'vitest'
import { renderMetrics } from './metrics.ts'

const figures = async (state: Parameters<typeof renderMetrics>[0]): Promise<string[]> => {
  const { text } = await renderMetrics(state, null)
  return text.split('\n').filter((line) => line.startsWith('recordroom_log_'))
}

test('says how far the log is sealed, and nothing of it when the database does not', async () => {
  const state = { lagSeconds: 0.5, oldestUnsealedSeconds: 61, blocks: 7, rowsSealed: 4096 }
  const lines = [
    'recordroom_log_seal_lag_seconds 0.5',
    'recordroom_log_oldest_unsealed_seconds 61',
    'recordroom_log_blocks 7',
    'recordroom_log_rows_sealed 4096',
  ]
  expect(await figures(state)).toEqual(lines)
  expect(await figures(null)).toEqual([])
  expect(await figures(state)).toEqual(lines)
})
