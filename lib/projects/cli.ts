// `npm run projects -- apply FILE`: brings recorder projects, their storage and their certificates to what FILE says.
// Exit: 0 done, 1 the file was refused, whole, 64 not called so, 78 the environment is faulty.

import { runApply } from '../apply/run-apply.ts'
import { applyProjects } from './apply-projects.ts'
import { parseProjectsFile } from './parse-projects-file.ts'
import { SECRET_SOURCES } from './secret-reference.ts'

process.exitCode = await runApply('projects', process.argv.slice(2), async (services, file) =>
  applyProjects(services, parseProjectsFile(file.text, { folder: file.folder, sources: SECRET_SOURCES })),
)
