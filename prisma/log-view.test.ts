import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../e2e/stack/test-database.ts'
import { append, openSession, type Session } from './test-log.ts'

let application: Session

beforeAll(async () => {
  application = await openSession((await createMigratedDatabase()).applicationUrl)
})
afterAll(() => application.end())

const line = async (id: string): Promise<Record<string, unknown> | undefined> => {
  const [row] = await application.ask('SELECT * FROM audit.log WHERE id = $1', [id])
  return row
}

const opening = (viewing: string) => ({
  ...{ action: 'viewing.opened', viewing_id: viewing, actor_kind: 'person', actor_subject: 'robin' },
  ...{ actor_email: 'robin@bank.test', address: '192.0.2.7', request_id: 'r-1' },
  ...{ project_id: '0192f000-0000-7000-8000-000000000001', project_name: 'Retail', session_id: '1_session' },
  ...{ archive_id: '0192f000-0000-7000-8000-000000000002', reason_code: 'complaint' },
  ...{ reason: 'The client complains', case_reference: 'C-7' },
})

test('audit.log has the columns that other programs rely on, in this order', async () => {
  const columns = await application.ask<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'audit' AND table_name = 'log' ORDER BY ordinal_position`,
  )
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    ...['id bigint', 'at timestamp with time zone', 'action text', 'outcome text', 'code text'],
    ...['actor_email text', 'actor_subject text', 'project text', 'session_id text', 'archive_id uuid'],
    ...['viewing_id uuid', 'window_start bigint', 'window_end bigint', 'bytes bigint', 'reason_code text'],
    ...['reason text', 'case_reference text', 'address text', 'request_id text'],
  ])
})

test('a window borrows from its opening who, what, why and from where', async () => {
  const viewing = randomUUID()
  const opened = await append(application, opening(viewing))
  const window = { action: 'viewing.window', viewing_id: viewing, window_start: 0, window_end: 9, bytes: 9 }
  const { id } = await append(application, window)
  const { window_start, window_end, bytes, ...said } = (await line(id)) ?? {}
  expect([window_start, window_end, bytes].map(String)).toEqual(['0', '9', '9'])
  const { window_start: _s, window_end: _e, bytes: _b, ...first } = (await line(opened.id)) ?? {}
  expect(said).toEqual({ ...first, id, at: said.at, action: 'viewing.window', request_id: null })
})

test('what a row says itself is not overwritten by its opening', async () => {
  const viewing = randomUUID()
  await append(application, opening(viewing))
  const { id } = await append(application, {
    ...{ action: 'viewing.closed', viewing_id: viewing, code: 'ended' },
    ...{ actor_kind: 'person', actor_subject: 'alex', address: '192.0.2.9' },
  })
  expect(await line(id)).toMatchObject({
    ...{ actor_subject: 'alex', actor_email: null, address: '192.0.2.9', session_id: '1_session' },
    ...{ reason: 'The client complains', code: 'ended' },
  })
})

test('a stranger’s refusal does not take over the reason of whoever opened the viewing', async () => {
  const viewing = randomUUID()
  await append(application, opening(viewing))
  const { id } = await append(application, {
    ...{ action: 'viewing.refused', outcome: 'refused', code: 'forbidden', viewing_id: viewing },
    ...{ actor_kind: 'person', actor_subject: 'nico', actor_email: 'nico@bank.test', address: '192.0.2.8' },
  })
  expect(await line(id)).toMatchObject({
    ...{ actor_subject: 'nico', actor_email: 'nico@bank.test', address: '192.0.2.8' },
    ...{ session_id: '1_session', reason: null, reason_code: null, case_reference: null },
  })
})

test('times keep their microseconds', async () => {
  for (let row = 0; row < 5; row += 1) await append(application, {})
  const [fine] = await application.ask(
    'SELECT bool_or(extract(microseconds FROM at)::int % 1000 <> 0) AS any FROM audit.log',
  )
  expect(fine).toEqual({ any: true })
})
