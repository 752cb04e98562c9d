// Azurite's blob service as a process of its own, which ends with the one that started it.
import { createRequire } from 'node:module'

process.on('disconnect', () => process.exit())
createRequire(import.meta.url)('azurite/dist/src/blob/main.js')
