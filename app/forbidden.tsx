import { headers } from 'next/headers'
import { AskHere } from '../components/access/ask-here.tsx'
import { LinkButton } from '../components/frame/link.tsx'
import { LonePage } from '../components/frame/lone-page.tsx'
import { Plate } from '../components/frame/plate.tsx'
import { REQUEST_ID_HEADER } from '../lib/http/client.ts'

/** Sent along with every page, so it asks nothing of anybody. */
export default async function Forbidden() {
  const requestId = (await headers()).get(REQUEST_ID_HEADER)
  return (
    <LonePage>
      <Plate
        order={1}
        title="Not found or not yours"
        actions={
          <>
            <AskHere />
            <LinkButton href="/access" variant="default">
              What I may do
            </LinkButton>
            <LinkButton href="/" variant="default">
              To the start page
            </LinkButton>
          </>
        }
        footnote={`forbidden${requestId === null ? '' : ` · ${requestId}`}`}
      >
        You are signed in, but nothing that you have been granted opens this page, or there is nothing here.
        If you need it for your work, ask for access: an administrator of the portal decides. That you asked
        for the page is on record.
      </Plate>
    </LonePage>
  )
}
