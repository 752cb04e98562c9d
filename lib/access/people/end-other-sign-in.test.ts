import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { newUuid } from '../../uuid.ts'
import { openOffice, type TestOffice } from '../test-office.ts'
import { endOtherSignIn } from './end-other-sign-in.ts'
import { listOwnSignIns } from './list-sign-ins.ts'

let office: TestOffice
let admin: Actor
let local: Actor

beforeAll(async () => {
  office = await openOffice()
  admin = await office.hire('admin', ['admin'])
  local = await office.hire('local', [`admin@${office.retail.id}`])
})
afterAll(() => office.stop())

const end = (hand: Actor, signInId: string) => endOtherSignIn(office.services, hand, signInId)

const isEnded = async ({ signInId }: Actor): Promise<string | null> => {
  const { endedAt, endReason } = await office.services.db.signIn.findUniqueOrThrow({
    where: { id: signInId },
  })
  return endedAt === null ? null : endReason
}

const rowsOf = (signInId: string): Promise<unknown[]> =>
  office.services.db.$queryRaw`
    SELECT outcome::text, code, actor_subject AS subject, after FROM audit.events
    WHERE action = 'sign-in.ended' AND target_id = ${signInId} ORDER BY id`

describe('a sign-in', () => {
  test('of one’s own is ended, this one or another, and is no longer listed', async () => {
    const somebody = await office.hire('somebody')
    const { id } = await office.services.db.signIn.create({
      data: {
        ...{ personId: somebody.personId, tokenHash: newUuid().repeat(2), amr: [] },
        ...{
          expiresAt: new Date(Date.now() + 3_600_000),
          userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140.0',
        },
      },
    })
    expect(await listOwnSignIns(office.services, somebody)).toMatchObject([
      { id, device: 'Firefox on Linux', isThis: false },
      { id: somebody.signInId, device: 'An unknown device', isThis: true },
    ])
    await end(somebody, id)
    expect((await listOwnSignIns(office.services, somebody)).map((each) => each.id)).toEqual([
      somebody.signInId,
    ])
    await end(somebody, somebody.signInId)
    expect(await isEnded(somebody)).toBe('ended')
    expect(await rowsOf(id)).toMatchObject([{ outcome: 'allowed', code: 'ended', subject: somebody.subject }])
  })

  test('of another is ended by an administrator, on record as theirs and whose it was', async () => {
    const somebody = await office.hire('somebody')
    await end(admin, somebody.signInId)
    expect(await isEnded(somebody)).toBe('ended')
    const { issuer, subject } = somebody
    expect(await rowsOf(somebody.signInId)).toEqual([
      { outcome: 'allowed', code: 'ended', subject: admin.subject, after: { issuer, subject } },
    ])
  })

  test('that has ended stays as it ended, and nothing more goes on record', async () => {
    const somebody = await office.hire('somebody')
    await end(admin, somebody.signInId)
    await end(admin, somebody.signInId)
    await Promise.all([end(admin, somebody.signInId), end(admin, somebody.signInId)])
    expect(await rowsOf(somebody.signInId)).toHaveLength(1)
  })

  test('of who holds something where one administers is ended, and no other', async () => {
    const here = await office.hire('here', [`reviewer@${office.retail.id}`])
    const there = await office.hire('there', [`reviewer@${office.wealth.id}`])
    await end(local, here.signInId)
    expect(await isEnded(here)).toBe('ended')
    await expect(end(local, there.signInId)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await isEnded(there)).toBeNull()
    expect(await rowsOf(there.signInId)).toMatchObject([
      { outcome: 'refused', code: 'forbidden', subject: local.subject },
    ])
  })

  test('of anybody else is refused, the same whether there is one', async () => {
    const [reviewer, auditor] = [
      await office.hire('reviewer', ['reviewer']),
      await office.hire('a', ['auditor']),
    ]
    for (const hand of [reviewer, auditor])
      for (const id of [admin.signInId, newUuid(), 'none', "' OR true --"])
        await expect(end(hand, id)).rejects.toMatchObject({
          code: 'forbidden',
          detail: 'Not found or not yours.',
        })
    expect(await isEnded(admin)).toBeNull()
    await expect(end(admin, newUuid())).rejects.toMatchObject({ code: 'forbidden' })
  })
})
