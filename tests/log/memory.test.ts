import { logStorageConformance } from '../conformance/log-storage.ts'
import { createMemoryStorage } from '../conformance/memory-storage.ts'

logStorageConformance('memory', async () => createMemoryStorage())
