import { isDatabaseGone } from '../database-gone.ts'
import { services } from '../services.ts'
import { type Handler, handle } from './handle.ts'

/** Wraps the handler of a data address: the one way in for all of them. */
export function route<P = Record<string, never>>(handler: Handler<P>): Handler<P> {
  return async (request, context) => {
    const { env, log } = services()
    return handle(handler, { origin: env.origin, log, isDatabaseGone }, [request, context])
  }
}

/** The same for what comes from elsewhere by its nature and carries its own proof: next-auth's token, a signature. */
export function routeWithOwnProof<P = Record<string, never>>(handler: Handler<P>): Handler<P> {
  return async (request, context) => {
    const { log } = services()
    return handle(handler, { origin: null, log, isDatabaseGone }, [request, context])
  }
}
