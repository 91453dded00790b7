/** What the contract names and is not built yet: it says so, and never pretends. */
import { ProblemError } from '../../shared/problems.ts'
import { Problem } from './answers.ts'
import { type Method, type Route, route } from './route.ts'

const session = '/api/sessions/:sessionId'

const unbuilt: readonly (readonly [Method, string, string])[] = [
  ['POST', '/api/providers', 'Adding providers here is not built yet; add an entry to heddle.config.json.'],
  ['PATCH', '/api/providers/:providerId', 'Changing providers here is not built yet; change heddle.config.json.'],
  ['DELETE', '/api/providers/:providerId', 'Removing providers here is not built yet; change heddle.config.json.'],
  ['POST', '/api/providers/:providerId/test', 'Testing a provider is not built yet; send it a short message.'],
  ['PUT', '/api/providers/:providerId/key', 'Provider keys are not built yet; agents use their own login.'],
  ['DELETE', '/api/providers/:providerId/key', 'Provider keys are not built yet; agents use their own login.'],
  ['POST', `${session}/rewind`, 'Rewinding is not built yet.'],
  ['GET', '/api/rules', 'Standing approvals are not built yet: every approval is asked for.'],
  ['DELETE', '/api/rules/:ruleId', 'Standing approvals are not built yet: every approval is asked for.'],
  ['POST', `${session}/title`, 'Titles by agents are not built yet; PATCH the session instead.'],
  ['POST', `${session}/notes`, 'Notes are not built yet.'],
  ['POST', `${session}/fork`, 'Forking is not built yet.'],
  ['POST', '/api/compare', 'Comparing is not built yet.'],
  ['GET', '/api/compare/:compareId', 'Comparing is not built yet.'],
  ['POST', '/api/runs/:runId/discuss', 'Discussing a run is not built yet.'],
  ['GET', '/api/refs/:ref', 'References are not built yet.'],
  ['GET', '/api/search', 'Search is not built yet; the session list takes `?q=` for titles.'],
  ['GET', `${session}/export`, 'Export is not built yet; the session can be read with GET.'],
  ['POST', '/api/import', 'Import is not built yet.'],
  ['POST', '/api/files', 'Attachments are not built yet.'],
  ['GET', '/api/files/:fileId', 'Attachments are not built yet.'],
  ['GET', '/api/audit', 'The audit log is not built yet; decisions are events of their session.'],
  ['GET', '/metrics', 'Metrics are not built yet.'],
]

export const unbuiltRoutes = (): Route[] =>
  unbuilt.map(([method, path, detail]) =>
    route(method, path, { summary: detail, answers: { 501: Problem } }, () => {
      throw new ProblemError('not_implemented', detail)
    }),
  )
