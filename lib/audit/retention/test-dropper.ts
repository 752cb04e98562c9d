// For tests, as a process of its own: drops personal values of a project's month, and is killed before it commits.
import pg from 'pg'

const [url = '', projectId, month] = process.argv.slice(2)
const client = new pg.Client({ connectionString: url })
await client.connect()
await client.query('BEGIN')
const { rows } = await client.query<{ rows: string }>('SELECT audit.drop_content($1, $2) AS rows', [
  projectId,
  month,
])
process.stdout.write(`${rows[0]?.rows}\n`)
setInterval(() => {}, 1_000)
