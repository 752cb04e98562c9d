import { AUDIT_ACTIONS, type AuditAction } from '../event.ts'
import type { LoggedEvent } from '../logged-event.ts'
import { type Html, html } from './html.ts'
import type { Receipt, ReceiptLine } from './read-receipt.ts'
import { RECEIPT_POLICY, RECEIPT_STYLE } from './receipt-style.ts'

/** What was done to the recording besides, though refused, is no refusal of it. */
const REFUSALS: ReadonlySet<AuditAction> = new Set(['viewing.refused', 'download.refused'])

/** A receipt as a page of its own, to be printed or filed. */
export function renderReceipt(receipt: Receipt): string {
  const { archiveId, madeAt, by, lines } = receipt
  const openings = lines.filter(({ event }) => event.action.endsWith('.opened'))
  const others = lines.filter(({ event }) => !event.action.endsWith('.opened'))
  const refusals = lines.filter(({ event }) => REFUSALS.has(event.action))
  const refused = refusals.filter(({ event }) => event.outcome === 'refused').length
  const failed = refusals.length - refused
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${RECEIPT_POLICY}">
<title>Receipt for ${archiveId}</title>
<style>${{ html: RECEIPT_STYLE }}</style>
</head>
<body>
<h1>Who had access to a recording</h1>
<p>From the access log, on ${utc(madeAt)}, by ${isolated(by)}.</p>
<dl>
${fact('Recording', code(archiveId))}
${fact('Session', receipt.sessionId === null ? null : code(receipt.sessionId))}
${fact('Project', receipt.project)}
${fact('Opened', `${openings.length} times`)}
${fact('Refused', `${refused} times`)}
${failed === 0 ? null : fact('Came to nothing', `${failed} times`)}
</dl>
${listGaps(receipt).map((gap) => html`<p><strong>${gap}</strong></p>`)}
<h2>Opened</h2>
${openings.length === 0 ? html`<p>No opening is among these lines.</p>` : openings.map((line) => renderLine(line, receipt))}
<h2>Other lines</h2>
${others.length === 0 ? html`<p>Nothing.</p>` : others.map((line) => renderLine(line, receipt))}
<h2>What vouches for it</h2>
${renderVouching(receipt)}
</body>
</html>
`
  return page.html
}

/** What of the recording may be on record, or was, and is not in here. */
function listGaps({ lines, isCut, within, droppedThrough }: Receipt): readonly string[] {
  return [
    isCut
      ? `There are older lines than these ${lines.length}, which are not in here and not counted. An export has all of them.`
      : null,
    within === null
      ? null
      : `Lines of these projects alone are in here, which is as far as its maker may read: ${within.join(', ')}.`,
    droppedThrough === null
      ? null
      : `Lines of months up to ${droppedThrough} were dropped by the rules that two people agreed to. What they said of this recording is not in here.`,
  ].filter((gap) => gap !== null)
}

function renderLine({ event, sealed }: ReceiptLine, { checkpoint, zone }: Receipt): Html {
  const { folded } = event
  const isUnder = sealed !== null && checkpoint !== null && sealed.block < checkpoint.size
  return html`<section>
<h3>${utc(event.at)} · ${event.action}</h3>
<dl>
${zone === 'UTC' ? null : fact(zone, localTime(event.at, zone))}
${fact('What', AUDIT_ACTIONS[event.action])}
${fact('Outcome', event.code === null ? event.outcome : `${event.outcome} (${event.code})`)}
${fact('Who', who(event))}
${fact('Mail', event.actorEmail)}
${fact('Subject', event.actorSubject)}
${fact('Issuer', event.actorIssuer)}
${fact('From', event.address)}
${fact('Reason', event.reasonCode)}
${fact('In words', event.reason)}
${fact('Case', event.caseReference)}
${fact('Under grant', event.grantId === null ? null : code(event.grantId))}
${fact('Viewing', event.viewingId === null ? null : code(event.viewingId))}
${fact('Served', folded === null ? null : served(folded))}
${fact('Claimed played', folded === null ? null : `${seconds(folded.claimedSeconds)}, as the player says`)}
${fact('Certificate', event.certificateFingerprint === null ? null : code(event.certificateFingerprint))}
${fact('Row', `number ${event.id}, event ${event.eventId}`)}
${fact('Sealed', sealed === null ? 'not yet' : `in block ${sealed.block}${isUnder ? '' : ', which the checkpoint below does not speak of yet'}`)}
${fact('Leaf', sealed === null ? null : code(sealed.leaf))}
</dl>
</section>
`
}

function renderVouching({ archiveId, checkpoint, key }: Receipt): Html {
  const head =
    checkpoint === null
      ? html`<p>Nothing of the log is sealed yet.</p>`
      : html`<p>Each row of the log is sealed in a block, and all blocks under one signed checkpoint. This is the newest, of ${checkpoint.size} blocks:</p>
<pre>${checkpoint.text}</pre>`
  return html`${head}
<dl>
${fact('Key', code(key))}
</dl>
<p>This page proves nothing by itself: it can be checked against an export that does.</p>
<ol>
<li>Ask an auditor of the portal for the bundle of this recording: <code>/audit/export?format=bundle&amp;archive=${archiveId}</code>${
    checkpoint === null ? null : html`<code>&amp;anchor=${checkpoint.size}</code>`
  }.</li>
<li>Verify it with a verifier that came to you another way, or with <code>verify.html</code> in it: the key is to be the one above, compared with one that came to you another way, and the checkpoint above, saved to a file, is the anchor.</li>
<li>A row’s leaf is SHA-256 of a zero byte and the row’s line in <code>rows.jsonl</code>. The leaf of each row here must be that of the row of the same number there, and what is said here of it what that line says; names, reasons and cases stand in <code>content.jsonl</code>.</li>
</ol>
<p>What was served is added up from windows, which are rows of their own in the bundle and have no leaf here. Each is what the portal was about to send: of a viewing at most one window of 4 MiB is more than was received. What was never written to the log is not in here.</p>`
}

function who({ actorName, actorKind, actorSubject }: LoggedEvent): Html | null {
  if (actorKind === 'service') return html`the service ${isolated(actorSubject ?? '')}`
  return actorName === null ? null : isolated(actorName)
}

function served({ windows, servedBytes, mediaSeconds, lastAt }: NonNullable<LoggedEvent['folded']>): string {
  return `${seconds(mediaSeconds)} of the recording, ${servedBytes.toLocaleString('en')} bytes in ${windows} windows, the last at ${utc(lastAt)}`
}

function fact(label: string, value: string | Html | null): Html | null {
  if (value === null || value === '') return null
  return html`<dt>${label}</dt><dd>${typeof value === 'string' ? isolated(value) : value}</dd>`
}

const code = (text: string): Html => html`<code>${text}</code>`
/** Whatever marks of direction are in it, what stands around it stays where it is. */
const isolated = (text: string): Html => html`<bdi>${text}</bdi>`
const seconds = (count: number): string => `${Math.round(count).toLocaleString('en')} s`
const utc = (at: Date): string => `${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`

function localTime(at: Date, zone: string): string {
  return at.toLocaleString('en-GB', { timeZone: zone, dateStyle: 'medium', timeStyle: 'medium' })
}
