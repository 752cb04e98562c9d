import { createHash } from 'node:crypto'
import { type BrowserContext, expect } from '@playwright/test'
import { query } from './log-rows.ts'

/** As if the sign-in service had asked who it is so long ago. */
export async function ageProof(context: BrowserContext, hours: number): Promise<void> {
  const token = (await context.cookies()).find(({ name }) => name.endsWith('next-auth.session-token'))?.value
  const hash = createHash('sha256')
    .update(token ?? '')
    .digest('hex')
  const aged = await query(
    'UPDATE sign_ins SET auth_time = now() - make_interval(hours => $1) WHERE token_hash = $2 RETURNING id',
    [hours, hash],
  )
  expect(aged).toHaveLength(1)
}
