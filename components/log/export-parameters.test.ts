import { expect, test } from 'vitest'
import { parseExport } from '../../lib/audit/export/parse-export.ts'
import { parseLogQuery } from '../../lib/audit/log-query.ts'
import { EXPORTS, exportParameters } from './export-parameters.ts'

test('an export takes the filter of the page, wherever its reader is', () => {
  const address = { person: 'anna', from: '2026-11-24', to: '2026-11-24 10:30', zone: 'Asia/Kolkata' }
  const { filter } = parseLogQuery({ ...address, after: '1795510800000000.7' })
  const { from = null, to = null } = filter
  const parameters = exportParameters({ address: { ...address, unfold: 'x', after: 'y' }, from, to }, 'UTC')
  for (const { format, redacted } of EXPORTS) {
    const read = parseExport({ ...parameters, format, redacted })
    expect(read).toMatchObject({ filter, format, zone: 'UTC', faults: [] })
    expect(read.isRedacted).toBe(redacted === '1')
  }
})
