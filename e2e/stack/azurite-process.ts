// Azurite's blob service as a process of its own, which ends with the one that started it.
import { createRequire } from 'node:module'

// The signal it ends on in good order, what it holds written down.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// The line to the one that started it is no reason to go on.
process.channel?.unref()

createRequire(import.meta.url)('azurite/dist/src/blob/main.js')
