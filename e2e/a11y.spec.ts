import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { change, send } from './asking.ts'
import { FINDER, FORMER } from './colleagues.ts'
import { openPerson, rowOf } from './desk.ts'
import { ADMIN, AUDITOR, expect, findPurpose, NOBODY, REVIEWER, test, visit } from './fixtures.ts'
import { giveReason, pause, playButtonOf, playRecording } from './player.ts'
import { PROJECTS } from './stack/scenario.ts'
import { openArchive } from './stack/visitor.ts'

const WIDE = { width: 1280, height: 860 }
const NARROW = { width: 375, height: 740 }
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Looks at the page as it stands, wide and narrow; in the dark at its colours alone, the rest being the same. */
async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
      const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
      const { violations } = await (colorScheme === 'light'
        ? axe.withTags(TAGS)
        : axe.withRules(['color-contrast'])
      ).analyze()
      const said = violations.map(({ id, help, nodes: [first, ...more] }) =>
        [id, help, first?.target.join(' '), first?.failureSummary, `and ${more.length} more`].join(': '),
      )
      expect(said, `${what}, ${colorScheme}, ${viewport.width} px`).toEqual([])
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${what} at ${viewport.width} px scrolls sideways`).toBeLessThanOrEqual(0)
  }
  await page.setViewportSize(WIDE)
}

test('the page to sign in', async ({ page }) => {
  await page.goto('/sign-in')
  await expectAccessible(page, 'sign-in')
  await page.goto('/sign-in?error=OAuthCallback')
  await expect(page.getByText('The sign-in was broken off or took too long. Try again.')).toBeVisible()
  await expectAccessible(page, 'sign-in with a failure')
})

test.describe('for who may do little', () => {
  test.use({ as: NOBODY, expectedNoise: /status of 40[34]/ })

  test('what was not granted, is forbidden or is not there', async ({ page }) => {
    for (const path of ['/', '/access', '/sessions', '/nowhere']) {
      await page.goto(path)
      await expectAccessible(page, path)
    }
  })

  for (const [email, path] of [
    [FORMER, '/'],
    [FINDER, null],
  ] as const) {
    test.describe(email, () => {
      test.use({ as: email })

      test('the page that they are led to', async ({ page }) => {
        await page.goto(path ?? `/sessions/${findPurpose('advice').sessionId}`)
        await expectAccessible(page, email)
      })
    })
  }
})

test.describe('for a reviewer', () => {
  test.use({ as: REVIEWER })

  test('finding', async ({ page }) => {
    await page.goto('/sessions')
    await expect(page.getByRole('table', { name: 'Sessions' })).toBeVisible()
    await expectAccessible(page, 'the list')
    const pasted = [findPurpose('three-1').sessionId, findPurpose('other-project').sessionId, 'what is this']
    await page.goto(`/sessions?${new URLSearchParams({ q: pasted.join(' ') })}`)
    await expectAccessible(page, 'what was understood')
  })

  test('a session, the reason, the player and its keys', async ({ page }) => {
    await page.goto(`/sessions/${findPurpose('three-1').sessionId}`)
    await expect(playButtonOf(page)).toBeVisible()
    await expectAccessible(page, 'a session')
    await playButtonOf(page).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Play' }).click()
    await expectAccessible(page, 'the reason, with what is missing')
    await giveReason(page)
    await expect(page.getByTestId('player')).toBeVisible()
    await pause(page)
    await expectAccessible(page, 'the player')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys of the player' })).toBeVisible()
    await expectAccessible(page, 'the keys')
  })

  test('sound alone, and the other tab', async ({ page }) => {
    await playRecording(page, 'audio')
    await expect(page.getByText('Sound only')).toBeVisible()
    await pause(page)
    await page.getByRole('tab', { name: 'Who has seen this' }).click()
    await expectAccessible(page, 'sound alone')
  })

  test('what cannot be played, and the menu', async ({ page }) => {
    await page.goto(`/sessions/${findPurpose('failed').sessionId}`)
    await expectAccessible(page, 'an archive that failed')
    await page.getByRole('button', { name: /: menu$/ }).click()
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
    await expectAccessible(page, 'the menu')
  })
})

test.describe('for an admin', () => {
  test.use({ as: ADMIN })

  test('projects', async ({ page }) => {
    await page.goto('/projects')
    await expectAccessible(page, 'projects')
  })

  test('access: mine, people, somebody, and the dialog that asks', async ({ page }) => {
    await page.goto('/access')
    await expectAccessible(page, 'my access')
    await page.getByRole('button', { name: 'Ask for access' }).click()
    await expect(page.getByRole('dialog', { name: 'Ask for access' })).toBeVisible()
    await expectAccessible(page, 'asking for access')
    await page.goto('/access/people')
    await expectAccessible(page, 'people')
    await openPerson(page, REVIEWER)
    await page.getByLabel('Reviewer', { exact: true }).selectOption('for listed projects')
    await expectAccessible(page, 'somebody')
    await page.getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await expectAccessible(page, 'a word, which is missing')
  })

  test('access: requests, grants, the review and their dialogs', async ({ page }) => {
    const reason = `To be looked at (${Date.now()}).`
    const until = new Date(Date.now() + 86_400_000).toISOString()
    const rights = ['recording:play']
    const wanted = { project: PROJECTS[0].name, rights, until, reason }
    await change(await visit(NOBODY), '/access/requests', { json: wanted })
    await change(await visit(ADMIN), '/access/requests', { json: wanted })
    await change(await visit(ADMIN), '/access/grants', { json: { ...wanted, email: 'looked@demo.test' } })
    await page.goto('/access/inbox')
    await rowOf(page, 'Open requests', reason)
      .getByRole('button', { name: /^Approve/ })
      .click()
    await expectAccessible(page, 'approving')
    await page.goto(`/access/who?of=${findPurpose('three-1').sessionId}`)
    await expectAccessible(page, 'who can see a session')
    await page.getByRole('button', { name: 'Give a grant' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Give', exact: true }).click()
    await expectAccessible(page, 'giving a grant, with what is missing')
    await page.goto('/access/who?of=Nowhere')
    await expectAccessible(page, 'nothing found')
    await page.goto('/access/review')
    await page.keyboard.press('j')
    await expectAccessible(page, 'the review')
  })
})

test.describe('for an auditor', () => {
  test.use({ as: AUDITOR })

  test('the log, a line and a viewing of it open, and a filter that cannot be read', async ({ page }) => {
    const { archiveId } = findPurpose('encrypted-mp4')
    const visitor = await visit(REVIEWER)
    await send(visitor, (await openArchive(visitor, archiveId)).href)
    await page.goto(`/audit?session=${archiveId}`)
    await expectAccessible(page, 'the log')
    await page
      .getByRole('button', { name: / Open line \d+: opened/ })
      .first()
      .click()
    await page
      .getByRole('link', { name: /^Unfold/ })
      .first()
      .click()
    await expect(page.getByRole('region', { name: 'Everything on record about this viewing' })).toBeVisible()
    await expectAccessible(page, 'a viewing in the log')
    await page.goto('/audit?session=hello')
    await expectAccessible(page, 'a filter that cannot be read')
  })
})
