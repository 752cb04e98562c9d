import { headers } from 'next/headers'
import { LinkButton } from '../../../components/frame/link.tsx'
import { LonePage } from '../../../components/frame/lone-page.tsx'
import { Plate } from '../../../components/frame/plate.tsx'
import { REQUEST_ID_HEADER } from '../../../lib/http/client.ts'

export default async function SessionNotFound() {
  const requestId = (await headers()).get(REQUEST_ID_HEADER)
  return (
    <LonePage>
      <Plate
        order={1}
        title="No archive of this session is known"
        actions={<LinkButton href="/sessions">Find another</LinkButton>}
        footnote={`session-unknown${requestId === null ? '' : ` · ${requestId}`}`}
      >
        Neither the catalogue nor the project’s recorder knows an archive of it. Check the session ID: it
        begins with 1_ or 2_ and has some 70 characters. A call that began within the last minute may not be
        listed yet, and one that was never archived never will be.
      </Plate>
    </LonePage>
  )
}
