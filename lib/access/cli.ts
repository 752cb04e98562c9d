// `npm run access -- apply FILE`: brings people, their roles and their grants to what FILE says. This is also how the
// first administrator comes to be, and how a lost last one is replaced.
// Exit: 0 done, 1 the file was refused, whole, 64 not called so, 78 the environment is faulty.
import { runApply } from '../apply/run-apply.ts'
import { applyAccess } from './file/apply-access.ts'
import { parseAccessFile } from './file/parse-access-file.ts'

process.exitCode = await runApply('access', process.argv.slice(2), async (services, file) =>
  applyAccess(services, parseAccessFile(file.text)),
)
