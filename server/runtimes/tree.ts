/**
 * Ends whole process trees. A group kill misses `setsid` and double forks (measured), so a tree is the group, the
 * descendants by parent, and every process that carries the runtime's marker in its environment.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { killPatienceMs, terminateGraceMs, treePollMs } from './limits.ts'
import { markedProcesses, type ProcessRow, processTable } from './process-table.ts'

export interface Tree {
  readonly runtimeId: string
  /** Leader of its group, certainly ours; null when only the marker is known. */
  readonly pid: number | null
}

/** SIGTERM, SIGKILL after two seconds, again until nothing is left. Resolves with how many processes were ended. */
export async function endTree(tree: Tree): Promise<number> {
  const told = new Map<string, NodeJS.Signals>()
  const known = new Map<number, ProcessRow>()
  const started = Date.now()
  for (;;) {
    const alive = await membersOf(tree, known)
    const groupAlive = process.platform !== 'linux' && tree.pid !== null && signalProcess(-tree.pid, 0)
    if (alive.length === 0 && !groupAlive) return known.size
    const elapsedMs = Date.now() - started
    if (elapsedMs > terminateGraceMs + killPatienceMs) throw new Error(stuckWords(tree, alive))
    const signal = elapsedMs < terminateGraceMs ? 'SIGTERM' : 'SIGKILL'
    if (tree.pid !== null && told.get('group') !== signal) {
      if (signalProcess(-tree.pid, signal)) told.set('group', signal)
    }
    for (const row of alive) {
      const identity = `${row.pid}@${row.startTime}`
      if (told.get(identity) !== signal && signalProcess(row.pid, signal)) told.set(identity, signal)
    }
    await delay(treePollMs)
  }
}

/** Living members; `known` keeps those found before, so that an orphan of theirs is found through them. */
async function membersOf(tree: Tree, known: Map<number, ProcessRow>): Promise<ProcessRow[]> {
  const members = new Set(await markedProcesses(tree.runtimeId))
  const table = await processTable()
  for (const row of table) {
    const ofGroup = tree.pid !== null && (row.group === tree.pid || row.session === tree.pid)
    if (ofGroup || known.get(row.pid)?.startTime === row.startTime) members.add(row.pid)
  }
  for (let before = -1; before !== members.size; ) {
    before = members.size
    for (const row of table) if (members.has(row.parent)) members.add(row.pid)
  }
  const alive = table.filter((row) => members.has(row.pid) && !row.zombie && row.pid !== process.pid)
  for (const row of alive) known.set(row.pid, row)
  return alive
}

function stuckWords(tree: Tree, alive: readonly ProcessRow[]): string {
  const left = alive.map((row) => row.pid).join(', ') || `group ${tree.pid}`
  return `Processes of runtime ${tree.runtimeId} do not end: ${left}.`
}

/** False: it has ended, or is another user's and never was ours. */
function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || code === 'EPERM') return false
    throw error
  }
}
