import { expect, test } from 'vitest'
import { isNoticeKind, NOTICE_KINDS } from '../../lib/notices/notice-kind.ts'
import { sayNotice } from './say-notice.ts'

test('a notice names who asks, and for what, where that is known', () => {
  const about = { person: 'Robin Reviewer', project: 'Retail EU' }
  expect(sayNotice({ kind: 'request.made', about })).toBe('Robin Reviewer asks for access to Retail EU.')
  expect(sayNotice({ kind: 'request.made', about: { person: null, project: null } })).toBe(
    'Somebody asks for access.',
  )
})

test('each kind is a sentence of its own, with a project and without one', () => {
  const kinds = Object.keys(NOTICE_KINDS).filter(isNoticeKind)
  for (const about of [{ project: 'Retail EU' }, {}]) {
    const sentences = kinds.map((kind) => sayNotice({ kind, about }))
    expect(new Set(sentences).size).toBe(kinds.length)
    for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}[^.]+\.$/u)
  }
})
