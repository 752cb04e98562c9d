import { headers } from 'next/headers'
import { LinkButton } from '../components/frame/link.tsx'
import { LonePage } from '../components/frame/lone-page.tsx'
import { Plate } from '../components/frame/plate.tsx'
import { REQUEST_ID_HEADER } from '../lib/http/client.ts'

export default async function NotFound() {
  const requestId = (await headers()).get(REQUEST_ID_HEADER)
  return (
    <LonePage>
      <Plate
        order={1}
        title="There is nothing at this address"
        actions={<LinkButton href="/">To the start page</LinkButton>}
        footnote={`not-found${requestId === null ? '' : ` · ${requestId}`}`}
      >
        Check the address. A link to a session ends in its session ID.
      </Plate>
    </LonePage>
  )
}
