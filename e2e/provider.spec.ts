import { expect, NOBODY, signIn, test } from './fixtures.ts'
import { query } from './log-rows.ts'

test('signing out at the identity provider ends the sign-in here', async ({ page, stack }) => {
  await signIn(page, NOBODY)
  await page.goto(`${stack.issuer}/session/end`)
  await page.getByRole('button', { name: /yes/i }).click()
  await page.goto('/access')
  await expect(page).toHaveURL((url) => url.pathname === '/sign-in')
  await expect(page.getByRole('alert').filter({ hasText: 'Your sign-in has ended' })).toBeVisible()
  const ends = await query(
    "SELECT code FROM audit.log WHERE action = 'sign-in.ended' AND actor_email = $1 ORDER BY id DESC LIMIT 1",
    [NOBODY],
  )
  expect(ends).toEqual([{ code: 'signed-out-elsewhere' }])
})

test('a sign-in that was refused for how somebody proved who they are says what is missing', async ({
  page,
}) => {
  await page.goto('/sign-in?error=ProofTooWeak')
  await expect(
    page.getByRole('alert').filter({ hasText: 'Sign in again with a second factor' }),
  ).toBeVisible()
})
