import { randomUUID } from 'node:crypto'
import { rowOf } from './desk.ts'
import { ADMIN, expect, test, visit } from './fixtures.ts'
import { query } from './log-rows.ts'
import { OTHER_ADMIN } from './outsiders.ts'
import { PROJECTS } from './stack/scenario.ts'
import { ask } from './stack/visitor.ts'

const [, SECOND] = PROJECTS
const FOR_OTHERS = 'an administrator of all projects decides it'

/** Gives a new group a region's recordings, so shortly that a review asks about it. */
async function giveGroup(): Promise<string> {
  const group = `desk-${randomUUID()}`
  const given = await ask(await visit(ADMIN), '/access/grants', {
    method: 'POST',
    json: {
      ...{ group, region: SECOND.region, rights: ['recording:find'], reason: 'For a whole region.' },
      until: new Date(Date.now() + 2 * 86_400_000).toISOString(),
    },
  })
  expect(given.status).toBe(201)
  return group
}

/** Somebody who was in the group when they last signed in. */
async function addMember(group: string): Promise<string> {
  const [id, name] = [randomUUID(), `Gil ${group.slice(-12)}`]
  const email = `${group}@demo.test`
  await query('INSERT INTO people (id, email, name, groups) VALUES ($1, $2, $3, $4)', [
    id,
    email,
    name,
    [group],
  ])
  await query("INSERT INTO roles_held (id, person_id, role) VALUES ($1, $2, 'reviewer')", [randomUUID(), id])
  return name
}

test.describe('an administrator of one project', () => {
  test.use({ as: OTHER_ADMIN })

  test('sees what reaches it from further, whom it lets in, and no button that would only refuse', async ({
    page,
  }) => {
    const group = await giveGroup()
    const name = await addMember(group)
    await page.goto(`/access/who?${new URLSearchParams({ of: SECOND.name })}`)
    const line = rowOf(page, 'Who can see this', group)
    await expect(line).toContainText(`Region ${SECOND.region}`)
    await expect(line).toContainText(FOR_OTHERS)
    await expect(line.getByRole('button')).toHaveCount(0)
    await line.getByText('lets in one person').click()
    await expect(line.getByRole('link', { name })).toBeVisible()
    await expect(page.getByText('has not signed in since is not known here')).toBeVisible()

    await page.goto('/access/review')
    const reviewed = rowOf(page, 'Grants to review', group)
    await expect(reviewed).toContainText(FOR_OTHERS)
    await expect(reviewed.getByRole('button')).toHaveCount(0)
  })
})

test.describe('an administrator of all', () => {
  test.use({ as: ADMIN })

  test('decides it', async ({ page }) => {
    const group = await giveGroup()
    await page.goto(`/access/who?${new URLSearchParams({ of: SECOND.name })}`)
    const line = rowOf(page, 'Who can see this', group)
    await expect(line).toContainText('nobody known in it whom it lets in')
    await expect(line.getByRole('button', { name: /^Take back/ })).toBeVisible()
    await page.goto('/access/review')
    const reviewed = rowOf(page, 'Grants to review', group)
    await expect(reviewed.getByRole('button', { name: /^Keep/ })).toBeVisible()
  })
})
