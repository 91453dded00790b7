/** Where a session's agent works: its project's folder, else a scratch folder of its own. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Project } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import type { Needs } from './needs.ts'

type Where = Pick<Needs, 'scratchDir'>

export function scratchOf({ scratchDir }: Where, sessionId: string): string {
  return join(scratchDir, sessionId)
}

/** Makes the scratch folder if the session is to work in one. */
export async function folderOf(needs: Where, sessionId: string, project: Project | null): Promise<string> {
  if (project?.cwd) return project.cwd
  const scratch = scratchOf(needs, sessionId)
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  return scratch
}

export async function removeScratch(needs: Where, sessionId: string): Promise<void> {
  await rm(scratchOf(needs, sessionId), { recursive: true, force: true })
}

export async function projectOf(
  { store }: Pick<Needs, 'store'>,
  id: string | null | undefined,
): Promise<Project | null> {
  if (!id) return null
  const project = await store.projects.get(id)
  if (!project) throw new ProblemError('not_found', 'There is no such project. Choose another one, or none.')
  return project
}
