import { logStorageConformance } from '../conformance/log-storage.ts'
import { temporaryStore } from './support.ts'

logStorageConformance('SQLite', async () => (await temporaryStore()).log)
