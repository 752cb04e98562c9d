import '@mantine/core/styles.css'
import './globals.css'
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '../components/frame/providers.tsx'
import { parseZone, ZONE_COOKIE } from '../components/times.ts'
import { REQUEST_ID_HEADER } from '../lib/http/client.ts'

export const metadata: Metadata = {
  title: { default: 'Recordroom', template: '%s · Recordroom' },
  description: 'Find, play and account for archived video calls.',
  icons: {
    icon: [
      { url: '/favicon.ico', sizes: '48x48' },
      { url: '/favicon.svg', type: 'image/svg+xml' },
    ],
  },
  robots: { index: false, follow: false },
}

export const viewport: Viewport = { colorScheme: 'light dark', width: 'device-width', initialScale: 1 }

/** No permission is asked here: a layout is not rendered again when its page changes. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const given = await headers()
  const zone = parseZone((await cookies()).get(ZONE_COOKIE)?.value)
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript nonce={given.get('x-nonce') ?? undefined} defaultColorScheme="auto" />
      </head>
      <body>
        <Providers zone={zone} requestId={given.get(REQUEST_ID_HEADER)}>
          {children}
        </Providers>
      </body>
    </html>
  )
}
