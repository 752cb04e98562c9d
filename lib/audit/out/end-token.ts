import { act } from '../../access/act.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { isUuid, toLoggedId } from '../../uuid.ts'
import { mayExport, toScope } from './scope.ts'

/**
 * Ends a token, one's own or one of a scope that one may export; again is as good as once. On record with what was read
 * since the last row about it, and so is a refusal: `forbidden`.
 */
export async function endToken(services: Services, actor: Actor, tokenId: string): Promise<void> {
  const about = { target: { kind: 'log-token', id: toLoggedId(tokenId) } }
  await act(services, { actor, action: 'token.ended', about }, async ({ tx, actor: fresh, record }) => {
    if (!isUuid(tokenId)) throw new AppError('forbidden')
    await tx.$queryRaw`SELECT FROM log_outlets WHERE id = ${tokenId}::uuid FOR UPDATE`
    const token = await tx.logOutlet.findUnique({ where: { id: tokenId, kind: 'token' } })
    const isOwn = token?.madeBy === fresh.personId
    if (token === null || !(isOwn || mayExport(fresh.roles, toScope(token)))) throw new AppError('forbidden')
    if (token.endedAt !== null) return
    await tx.logOutlet.update({
      where: { id: tokenId },
      data: { endedAt: new Date(), endReason: 'revoked', unreported: 0 },
    })
    await record('token.ended', { after: { why: 'revoked', name: token.name, rows: token.unreported } })
  })
}
