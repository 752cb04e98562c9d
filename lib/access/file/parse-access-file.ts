import { FileFaults, findRepeats, parseFile, renderPath } from '../../apply/file-faults.ts'
import { type AccessFile, accessFileSchema, type FileGrant, type FilePerson } from '../access-file-schema.ts'

type Fault = (path: readonly (string | number)[], message: string) => void

/**
 * Reads an access file. Mails come in lower case, lists in the file’s order, so that a place in what is answered is the
 * same in the file. Which people and projects there are is not known here.
 * @throws {FileFaults} each fault with its place: `people[0].roles[1]: …`
 */
export function parseAccessFile(text: string): AccessFile {
  const file = parseFile(text, accessFileSchema)
  const faults: string[] = []
  const fault: Fault = (path, message) => faults.push(`${renderPath(path)}: ${message}`)
  findRepeats(
    file.people.map(({ email }) => email),
    (index) => fault(['people', index, 'email'], 'is the mail of another person of this file'),
  )
  for (const [index, person] of file.people.entries())
    checkRoles(person, (path, message) => fault(['people', index, 'roles', ...path], message))
  findRepeats(file.grants.map(grantIdentity), (index) =>
    fault(['grants', index], 'is there twice: a person, a project and a reason make one grant'),
  )
  for (const [index, grant] of file.grants.entries())
    checkGrant(grant, (path, message) => fault(['grants', index, ...path], message))
  if (faults.length > 0) throw new FileFaults(faults)
  return file
}

/** What makes a grant of a file the same the next time; the rest of it may change. */
function grantIdentity({ email, project, reason }: FileGrant): string {
  return JSON.stringify([email, project, reason])
}

function checkRoles({ roles }: FilePerson, fault: Fault): void {
  findRepeats(
    roles.map(({ role, projects }) => (projects === null ? role : null)),
    (index) => fault([index], 'is there twice'),
  )
  const everywhere = new Set(roles.filter(({ projects }) => projects === null).map(({ role }) => role))
  const seen = new Set<string>()
  for (const [index, { role, projects }] of roles.entries()) {
    const isApart = role === 'auditor'
    if (roles.slice(0, index).some((other) => (other.role === 'auditor') !== isApart))
      fault([index], 'cannot be held together with the others: an auditor holds no other role')
    if (projects !== null && everywhere.has(role)) fault([index], 'is held for all projects already')
    for (const [at, project] of projects?.entries() ?? []) {
      const key = JSON.stringify([role, project])
      if (seen.has(key)) fault([index, 'projects', at], 'is there twice')
      seen.add(key)
    }
  }
}

function checkGrant({ rights, from, until }: FileGrant, fault: Fault): void {
  findRepeats(rights, (index) => fault(['rights', index], 'is there twice'))
  if (from !== undefined && until <= from) fault(['until'], 'must be after from')
}
