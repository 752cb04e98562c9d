import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { LonePage } from '../../components/frame/lone-page.tsx'
import { SignInPanel } from '../../components/frame/sign-in-panel.tsx'
import { parseLocalPath } from '../../components/local-path.ts'
import { saySignInError } from '../../components/words.ts'
import { findActor } from '../../lib/auth/actor.ts'
import { services } from '../../lib/services.ts'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

/** For everybody. Whoever is signed in already is led on, unless something went wrong that they should read. */
export default async function SignInPage({ searchParams }: Props) {
  const { callbackUrl, error } = await searchParams
  const target = parseLocalPath(readCallback(callbackUrl, services().env.origin)) ?? '/'
  const failure = typeof error === 'string' ? saySignInError(error) : null
  if (failure === null && (await findActor(services(), await headers())) !== null) redirect(target)
  return (
    <LonePage>
      <SignInPanel provider={services().env.oidc.name} callbackUrl={target} failure={failure} />
    </LonePage>
  )
}

/** next-auth hands on whole addresses of this very site; anything else is left to be refused. */
function readCallback(given: string | string[] | undefined, origin: string): string | null {
  if (typeof given !== 'string') return null
  return given === origin || given.startsWith(`${origin}/`) ? given.slice(origin.length) || '/' : given
}
