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
