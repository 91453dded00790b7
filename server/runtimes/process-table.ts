/**
 * What Linux tells of running processes. Elsewhere there is no `/proc`: everything answers empty, and a tree is ended
 * by its process group alone.
 */
import { readdir, readFile } from 'node:fs/promises'
import { runtimeMarker } from './environment.ts'

export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** See `startTimeOf`. */
  readonly startTime: string
  /** Dead, but not yet collected by its parent. */
  readonly zombie: boolean
}

/** Boot id and clock ticks since boot (field 22 of `/proc/<pid>/stat`): with the pid, one process for ever. Null: gone. */
export async function startTimeOf(pid: number): Promise<string | null> {
  return (await processRow(pid))?.startTime ?? null
}

export async function processTable(): Promise<ProcessRow[]> {
  const rows = await Promise.all((await allPids()).map(processRow))
  return rows.filter((row) => row !== null)
}

/** Processes whose environment at their start carried this runtime's marker. */
export async function markedProcesses(runtimeId: string): Promise<number[]> {
  const marker = Buffer.from(`${runtimeMarker}=${runtimeId}`)
  const marked = await Promise.all((await allPids()).map((pid) => carries(pid, marker)))
  return marked.filter((pid): pid is number => pid !== null && pid !== process.pid)
}

async function carries(pid: number, marker: Buffer): Promise<number | null> {
  const environment = await readOrNull(`/proc/${pid}/environ`)
  if (!environment) return null
  for (let at = environment.indexOf(marker); at >= 0; at = environment.indexOf(marker, at + 1)) {
    const end = at + marker.length
    const whole = (at === 0 || environment[at - 1] === 0) && (end === environment.length || environment[end] === 0)
    if (whole) return pid
  }
  return null
}

async function processRow(pid: number): Promise<ProcessRow | null> {
  const stat = await readOrNull(`/proc/${pid}/stat`)
  if (!stat) return null
  // The name in parentheses may hold anything, spaces and parentheses too: fields count from the last one.
  const text = stat.toString('latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, parent, group, session] = fields
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: `${await bootId()}:${fields[19]}`,
    zombie: state === 'Z' || state === 'X',
  }
}

async function allPids(): Promise<number[]> {
  if (process.platform !== 'linux') return []
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
}

let knownBootId: Promise<string> | undefined
function bootId(): Promise<string> {
  knownBootId ??= readOrNull('/proc/sys/kernel/random/boot_id').then((id) => id?.toString('latin1').trim() ?? 'boot')
  return knownBootId
}

/** Null: the process ended meanwhile, or is another user's. */
async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch {
    return null
  }
}
