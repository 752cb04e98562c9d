'use client'

import { Button } from '@mantine/core'
import { LinkButton } from '../components/frame/link.tsx'
import { LonePage } from '../components/frame/lone-page.tsx'
import { Plate } from '../components/frame/plate.tsx'
import { useRequestId } from '../components/frame/request-id.tsx'
import { splitDetail } from '../components/words.ts'
import { ERROR_CODES, isErrorCode } from '../lib/errors.ts'

/** Of a server's error nothing reaches this page but its digest, which is the code where the portal threw it itself. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  const requestId = useRequestId()
  const code = isErrorCode(error.digest) ? error.digest : 'internal'
  const { title, advice } = splitDetail(ERROR_CODES[code][1], code)
  return (
    <LonePage>
      <Plate
        order={1}
        title={title}
        actions={
          <>
            <Button onClick={() => window.location.reload()}>Try again</Button>
            <LinkButton href="/" variant="default">
              To the start page
            </LinkButton>
          </>
        }
        footnote={[code, requestId ?? (code === 'internal' ? error.digest : undefined)]
          .filter(Boolean)
          .join(' · ')}
      >
        {advice}
      </Plate>
    </LonePage>
  )
}
