export type Attachment = {
  readonly name: string
  readonly contentType: string
  readonly read: (signal: AbortSignal) => AsyncGenerator<Uint8Array>
}

/** Whoever takes nothing for so long has gone away without a word, or holds what others wait for. */
const PATIENCE_MS = 5 * 60_000

/**
 * Answers with a file of a length that nobody knows before its end. Its first bytes are there before the answer begins,
 * so what cannot be begun has its own error; a failure after that breaks the connection and never ends it as if all were
 * sent. Whoever hangs up ends the reading, in the middle of it if need be, and so does
 * whoever takes no more of it for `patienceMs`.
 */
export async function answerAttachment(
  { name, contentType, read }: Attachment,
  request: Request,
  patienceMs = PATIENCE_MS,
): Promise<Response> {
  const left = new AbortController()
  const chunks = read(AbortSignal.any([request.signal, left.signal]))
  let idle: NodeJS.Timeout | undefined
  const letGo = async (): Promise<void> => {
    clearTimeout(idle)
    request.signal.removeEventListener('abort', letGo)
    left.abort(new Error('nobody takes more of it'))
    // Whatever the source says to being left, nobody waits for it.
    await chunks.return(undefined).catch(() => {})
  }
  request.signal.addEventListener('abort', letGo, { once: true })
  const take = async (): Promise<Uint8Array | null> => {
    try {
      const { done, value } = await chunks.next()
      if (done) request.signal.removeEventListener('abort', letGo)
      return done ? null : value
    } catch (failure) {
      void letGo()
      throw failure
    }
  }
  const awaitTaker = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    idle = setTimeout(() => {
      void letGo()
      controller.error(new Error('nobody took more of it for too long'))
    }, patienceMs).unref()
  }
  let ahead: Uint8Array | null = await take()
  const body = new ReadableStream<Uint8Array>(
    {
      start: awaitTaker,
      pull: async (controller) => {
        clearTimeout(idle)
        const chunk = ahead ?? (await take())
        ahead = null
        if (chunk === null) return controller.close()
        controller.enqueue(chunk)
        awaitTaker(controller)
      },
      cancel: letGo,
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: { 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${name}"` },
  })
}
