import { FORMER, ROLELESS } from './colleagues.ts'
import {
  ADMIN,
  AUDITOR,
  expect,
  fillSignIn,
  findPurpose,
  NOBODY,
  passwordOf,
  REVIEWER,
  signIn,
  test,
} from './fixtures.ts'

const LANDINGS = [
  {
    email: REVIEWER,
    name: 'Robin Reviewer',
    role: 'Reviewer',
    path: '/sessions',
    sections: ['Find', 'Access'],
  },
  {
    email: ADMIN,
    name: 'Alex Admin',
    role: 'Administrator',
    path: '/projects',
    sections: ['Access', 'Projects'],
  },
  {
    email: 'admin2@demo.test',
    name: 'Billie Admin',
    role: 'Administrator',
    path: '/projects',
    sections: ['Access', 'Projects'],
  },
  { email: AUDITOR, name: 'Ari Auditor', role: 'Auditor', path: '/audit', sections: ['Access', 'Log'] },
]

for (const { email, name, role, path, sections } of LANDINGS) {
  test(`${name} signs in and is led to ${path}`, async ({ page, stack }) => {
    await signIn(page, email)
    await expect(page).toHaveURL(`${stack.portalUrl}${path}`)
    await expect(page.getByRole('button', { name: `${name}, ${role}: menu` })).toBeVisible()
    await expect(page.getByRole('navigation', { name: 'Sections' }).getByRole('link')).toHaveText(sections)
  })
}

test('who holds nothing signs in and reads that nothing was granted to them yet', async ({ page, stack }) => {
  await signIn(page, NOBODY)
  await expect(page).toHaveURL(`${stack.portalUrl}/`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'You are signed in, but nothing was granted to you yet',
  )
  await expect(page.getByRole('main')).toContainText(`Nico Nobody, ${NOBODY}`)
})

test('a reviewer whose grant has ended reads that no recordings are open to them', async ({ page }) => {
  await signIn(page, FORMER)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'No recordings are open to you at the moment',
  )
})

test('whose grant opens nothing for want of a role reads so, and why', async ({ page }) => {
  await signIn(page, ROLELESS)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'No recordings are open to you at the moment',
  )
  await expect(page.getByRole('main')).not.toContainText('no grant')
  await page.getByRole('main').getByRole('link', { name: 'My access' }).click()
  const mine = page.getByRole('region', { name: 'What I may do' })
  await expect(mine).toContainText('held back')
  await expect(mine).toContainText('I am no reviewer there')
  await expect(mine).not.toContainText('in force')
})

test('a wrong password signs nobody in, and the right one afterwards does', async ({ page, stack }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in with the demo identity provider' }).click()
  await fillSignIn(page, REVIEWER, 'not-the-password')
  await expect(page.getByRole('alert')).toBeVisible()
  expect(new URL(page.url()).origin).toBe(new URL(stack.issuer).origin)
  expect((await page.request.get(`${stack.portalUrl}/sessions/search`)).status()).toBe(401)
  await fillSignIn(page, REVIEWER, passwordOf(REVIEWER))
  await expect(page).toHaveURL(`${stack.portalUrl}/sessions`)
})

test('pages lead the signed out to sign in, and from there back to what they asked for', async ({
  page,
  stack,
}) => {
  const { sessionId, archiveId } = findPurpose('advice')
  const paths = [
    '/',
    '/sessions',
    `/sessions?q=${sessionId}`,
    `/sessions/${sessionId}`,
    `/sessions/${sessionId}?archive=${archiveId}&t=12`,
    '/access',
    '/access/people?person=robin',
    '/projects',
    '/audit',
    '/audit?action=viewing.opened',
  ]
  for (const path of paths) {
    await page.goto(path)
    const { pathname, searchParams } = new URL(page.url())
    expect([pathname, searchParams.get('callbackUrl')]).toEqual(['/sign-in', path])
  }
  await signIn(page, REVIEWER, `/sessions?q=${sessionId}`)
  await expect(page).toHaveURL(`${stack.portalUrl}/sessions?q=${sessionId}`)
})

test('nobody is led away from the portal after signing in', async ({ page, stack }) => {
  for (const elsewhere of [
    'https://example.com/',
    '//example.com/',
    '/\\example.com',
    'javascript:alert(1)',
  ]) {
    // Away from a page whose bell would go on asking without them.
    await page.goto('about:blank')
    await page.context().clearCookies()
    await signIn(page, REVIEWER, `/sign-in?${new URLSearchParams({ callbackUrl: elsewhere })}`)
    await expect(page).toHaveURL(`${stack.portalUrl}/sessions`)
  }
})

test.describe('signed in', () => {
  test.use({ as: REVIEWER })

  test('signing out ends the sign-in, for every copy of its cookie', async ({ page, context, stack }) => {
    await page.goto('/sessions')
    const cookies = await context.cookies()
    await page.getByRole('button', { name: /: menu$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page).toHaveURL((url) => url.pathname === '/sign-in')

    const search = await page.request.get(`${stack.portalUrl}/sessions/search`)
    expect([search.status(), (await search.json()).code]).toEqual([401, 'sign-in-required'])
    await context.addCookies(cookies)
    const again = await page.request.get(`${stack.portalUrl}/sessions/search`)
    expect([again.status(), (await again.json()).code]).toEqual([401, 'sign-in-expired'])
    await page.goto('/sessions')
    await expect(page.getByRole('alert').filter({ hasText: 'Your sign-in has ended' })).toBeVisible()
  })

  test('nothing is left to look at by going back after signing out', async ({ page }) => {
    await page.goto(`/sessions/${findPurpose('advice').sessionId}`)
    await page.getByRole('button', { name: /: menu$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page).toHaveURL((url) => url.pathname === '/sign-in')
    await page.goBack()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  })

  test('the page to sign in leads on who is signed in already', async ({ page, stack }) => {
    await page.goto('/sign-in?callbackUrl=%2Faccess')
    await expect(page).toHaveURL(`${stack.portalUrl}/access`)
  })
})
