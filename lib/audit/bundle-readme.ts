import { type BundleKind, sayWhatIsProven } from './bundle-words.ts'
import type { LogColumn } from './log-row.ts'

/** What each column of a row says. */
const COLUMN_MEANINGS: Readonly<Record<LogColumn, string>> = {
  acr: 'how strongly the person was authenticated, in the identity provider’s words',
  action: 'what was done',
  actor_email_hash: 'hash of the mail address of whoever did it',
  actor_issuer: 'identity provider that knows the person',
  actor_kind: 'person or service',
  actor_name_hash: 'hash of the person’s name',
  actor_roles: 'roles held then',
  actor_subject: 'the person, as the identity provider names them',
  address_hash: 'hash of the network address the request came from',
  after: 'what a thing was changed to',
  amr: 'by what means the person was authenticated',
  application_instance: 'which process wrote the row',
  application_version: 'version of the program that wrote it',
  archive_id: 'the recording',
  at: 'when, by the database’s clock (UTC)',
  before: 'what a thing was before it was changed',
  bytes: 'how many bytes were served',
  case_reference_hash: 'hash of the reference to a case',
  certificate_fingerprint: 'certificate whose key opened the recording',
  claimed_ms: 'stretches that the player says were played, in milliseconds',
  code: 'why it was refused or failed',
  event_id: 'the row’s own ID, made by the program',
  grant_id: 'the right under which it was allowed',
  id: 'number of the row; numbers may be missing',
  media_from_ms: 'from which moment of the recording, in milliseconds',
  media_to_ms: 'to which moment',
  outcome: 'allowed, refused or failed',
  project_id: 'the recorder project',
  project_name: 'its name then',
  reason_code: 'kind of reason given',
  reason_hash: 'hash of the reason given',
  region: 'the project’s region',
  request_id: 'the request that did it',
  schema_version: 'form of the row',
  session_id: 'the recorded session',
  sign_in_id: 'the sign-in it was done under',
  signed_in_at: 'when that sign-in began (UTC)',
  target_id: 'what it was done to',
  target_kind: 'what kind of thing that is',
  tx: 'database transaction that wrote the row',
  user_agent_hash: 'hash of what the browser calls itself',
  viewing_id: 'the viewing of a recording that it is part of',
  window_end: 'end of the bytes served, exclusive',
  window_start: 'start of the bytes served',
  writer: 'database role that wrote the row',
}

/** The README.md of a bundle: what is in it, how to check it, what each column means. */
export function renderBundleReadme(kind: BundleKind): string {
  const { proves, does_not_prove: doesNotProve } = sayWhatIsProven(kind)
  const columns = Object.entries(COLUMN_MEANINGS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  return `# An export of the access log that proves itself

Check it before you rely on it. Nothing leaves your machine, and nothing has to be installed:

- open \`verify.html\` in a browser and choose this folder, or
- run \`node verify.mjs . --key FINGERPRINT --anchor FILE\` with Node 24 or newer. It ends with 0 when the export is whole, signed by
  the key you named, and extends the checkpoint you kept (\`--anchor FILE\`) or an earlier export (\`--earlier FOLDER\`); with 2 when
  it is consistent but not all of that was checked; with 1 at the first fault.

A verifier that comes with what it verifies can be exchanged with it. Whoever must be sure uses one that came another way.

## What it proves

${list(proves)}

## What it does not prove

${list(doesNotProve)}

## Files

| file | what it is |
| --- | --- |
| \`manifest.json\` | what the export is and the hash of each file, signed |
| \`rows.jsonl\` | the rows, one a line, each the very bytes that were sealed |
${kind.redacted ? '' : '| `content.jsonl` | personal values of rows, each with the salt it was hashed with |\n'}${
  kind.kind === 'range'
    ? '| `blocks.jsonl` | the blocks in which the rows were sealed, without a gap |\n'
    : ''
}| \`proofs.jsonl\` | hashes that lead from rows and blocks to the checkpoint, and from earlier checkpoints to it |
| \`checkpoint\` | size and root of the whole log at the export, signed (C2SP tlog-checkpoint) |
| \`public-key.pem\` | the key that signed |
| \`verify.mjs\`, \`verify.html\` | verifiers |

A row’s leaf is SHA-256 of a zero byte and its line; a block’s root, and the root over all blocks, are Merkle tree hashes (RFC 6962). A
\`…_hash\` in a row is SHA-256 of a salt of 16 bytes and the value, in hex; salt (base64) and value are in \`content.jsonl\` under the row’s \`event_id\`.

## Columns

A row has those of these that hold something, and \`v\`, the form of its line. Whole numbers past 2^53 are strings.

| column | what it says |
| --- | --- |
${columns.join('\n')}
`
}

function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join('\n')
}
