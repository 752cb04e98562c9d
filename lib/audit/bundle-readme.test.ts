import { expect, test } from 'vitest'
import { renderBundleReadme } from './bundle-readme.ts'
import { sayWhatIsProven } from './bundle-words.ts'
import { LOG_COLUMNS } from './log-row.ts'

const KINDS = (['range', 'filtered'] as const).flatMap((kind) =>
  [true, false].map((redacted) => ({ kind, redacted })),
)

test.each(KINDS)('says what each column is, and what is proven and what not, of %j', (kind) => {
  const readme = renderBundleReadme(kind)
  for (const column of Object.keys(LOG_COLUMNS)) expect(readme).toContain(`\n| \`${column}\` | `)
  const { proves, does_not_prove: doesNotProve } = sayWhatIsProven(kind)
  for (const sentence of [...proves, ...doesNotProve]) {
    expect(readme).toContain(`- ${sentence}\n`)
    // A verifier prints plain ASCII as it is, and only the beginning of what is longer.
    expect(sentence).toMatch(/^[ -~]{10,400}\.$/)
  }
  expect(readme.includes('content.jsonl` |')).toBe(!kind.redacted)
  expect(readme.includes('blocks.jsonl` |')).toBe(kind.kind === 'range')
  expect(proves.join().includes('No row of the blocks')).toBe(kind.kind === 'range')
  expect(doesNotProve.join().includes('rows that fit the filter may be missing')).toBe(
    kind.kind === 'filtered',
  )
})
