// A file under HTTP Range and nothing else, by node:http alone: what any server in Node has to be measured by. Its one
// argument is the file; it tells its port to whoever started it and ends with them.
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { pipeline } from 'node:stream'
import { parseRangeHeader } from '../stack/byte-range-header.ts'
import { listen } from '../stack/listen.ts'

const [, , file = ''] = process.argv
const sizeBytes = statSync(file).size

const server = createServer((request, response) => {
  const range = parseRangeHeader(request.headers.range, sizeBytes)
  if (range === 'unsatisfiable') return void response.writeHead(416).end()
  const { start, end } = range ?? { start: 0, end: sizeBytes }
  const part = range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}` }
  response.writeHead(range === null ? 200 : 206, { 'content-length': end - start, ...part })
  pipeline(createReadStream(file, { start, end: end - 1 }), response, () => {})
})
process.on('disconnect', () => process.exit(0))
process.send?.(await listen(server, 0))
