import { expect, test } from 'vitest'
import { listAllOf } from './list-all-of.ts'
import { logPath } from './log-links.ts'
import { loggedEvent } from './test-logged-event.ts'

const list = (event: Partial<typeof loggedEvent>): string[] =>
  listAllOf({ ...loggedEvent, viewingId: null, actorSubject: null, ...event }).map(
    ({ name, filter }) => `${name}: ${logPath(filter)}`,
  )

test('a line leads to all of its person, its case and its recording', () => {
  expect(list({ actorSubject: 'anna', caseReference: 'K 1', archiveId: 'a-1', sessionId: '1_x' })).toEqual([
    ...['this person: /audit?person=anna', 'this case: /audit?case=K+1'],
    ...['this recording: /audit?session=a-1', 'this session: /audit?session=1_x'],
    'this action: /audit?action=viewing.window',
  ])
})

test('nothing leads to what was erased', () => {
  expect(
    list({ caseReference: 'erased', address: 'erased', actorKind: 'service', actorSubject: 'jobs' }),
  ).toEqual([...['this service: /audit?person=jobs', 'this action: /audit?action=viewing.window']])
})
