import { answerLogout } from '../../../../lib/auth/backchannel-logout.ts'
import { routeWithOwnProof } from '../../../../lib/http/route.ts'

/** The identity provider says that somebody has signed out there. */
export const POST = routeWithOwnProof(answerLogout)
