import { answerAuth } from '../../../../lib/auth/handler.ts'
import { routeWithOwnProof } from '../../../../lib/http/route.ts'

export const GET = routeWithOwnProof(answerAuth)
export const POST = GET
