import { randomUUID } from 'node:crypto'

/** Put on each request by lib/front-server.ts, which drops any copy that came in. */
export const ADDRESS_HEADER = 'x-recordroom-address'
export const REQUEST_ID_HEADER = 'x-recordroom-request-id'
/** The way back: an answer's Content-Length by a name that Next does not drop. */
export const LENGTH_HEADER = 'x-recordroom-length'

export type Client = {
  readonly address: string | null
  readonly userAgent: string | null
  readonly requestId: string
}

const USER_AGENT_MAX = 512

/** Where a request came from: the address the socket (or a trusted proxy) says, and the name the browser gives itself. */
export function findClient(headers: Headers): Client {
  return {
    address: headers.get(ADDRESS_HEADER),
    userAgent: headers.get('user-agent')?.slice(0, USER_AGENT_MAX) ?? null,
    requestId: headers.get(REQUEST_ID_HEADER) ?? randomUUID(),
  }
}
