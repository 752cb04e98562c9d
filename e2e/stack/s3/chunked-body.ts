import { Transform } from 'node:stream'

/** Takes the frames of `aws-chunked` off a body; chunk signatures and trailers are read past. */
export function createChunkedBody(): Transform {
  let head = ''
  let dataLeft = 0
  let lineEndLeft = 0
  let ended = false
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      let at = 0
      while (at < bytes.length && !ended) {
        if (dataLeft > 0) {
          const part = bytes.subarray(at, at + dataLeft)
          this.push(part)
          dataLeft -= part.length
          at += part.length
          continue
        }
        if (lineEndLeft > 0) {
          lineEndLeft -= 1
          at += 1
          continue
        }
        const newline = bytes.indexOf(10, at)
        head += bytes.toString('latin1', at, newline < 0 ? bytes.length : newline)
        if (newline < 0) break
        at = newline + 1
        dataLeft = Number.parseInt(head, 16)
        lineEndLeft = 2
        head = ''
        ended = dataLeft === 0
      }
      done()
    },
  })
}
