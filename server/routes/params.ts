/** The names in paths and the patterns that they must have: checked before anything else looks at an id. */
import { type IdPrefix, idPrefixes, isId } from '../../shared/ids.ts'
import { ProblemError } from '../../shared/problems.ts'

interface Param {
  readonly description: string
  readonly pattern: RegExp
}

const idOf = (prefix: IdPrefix, description: string): Param => ({
  description,
  pattern: new RegExp(`^${prefix}_[A-Za-z0-9_-]{22}$`),
})

export const params: Readonly<Record<string, Param>> = {
  sessionId: idOf('ses', 'The session.'),
  projectId: idOf('prj', 'The project.'),
  runId: idOf('run', 'The run: one turn of a session.'),
  messageId: idOf('msg', 'The message.'),
  permissionId: idOf('prm', 'The permission.'),
  questionId: idOf('qst', 'The question.'),
  fileId: idOf('fil', 'The file.'),
  keyId: idOf('key', 'The key.'),
  activeStreamId: idOf('run', 'The stream that runs.'),
  streamId: { description: 'A run, `session`, or `*` for all.', pattern: /^(run_[A-Za-z0-9_-]{22}|session|\*)$/ },
  draftKey: { description: 'A session, or `new`.', pattern: /^(ses_[A-Za-z0-9_-]{22}|new)$/ },
  providerId: { description: 'The provider.', pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/ },
  connectionId: { description: 'What `hello` said.', pattern: /^[A-Za-z0-9_-]{1,64}$/ },
  ruleId: { description: 'The rule.', pattern: /^[A-Za-z0-9_-]{1,64}$/ },
  compareId: { description: 'The comparison.', pattern: /^[A-Za-z0-9_-]{1,64}$/ },
  ref: { description: 'A reference.', pattern: /^session:ses_[A-Za-z0-9_-]{22}(:L\d{6,12})?$/ },
}

/** Throws `invalid_id` for the first that is ill-formed. */
export function checkParams(values: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(values)) {
    const param = params[name]
    if (!param) throw new Error(`The parameter ${name} has no pattern.`)
    if (!param.pattern.test(value)) throw new ProblemError('invalid_id', invalidDetail(name, value))
  }
}

function invalidDetail(name: string, value: string): string {
  const prefix = idPrefixes.find((candidate) => isId(candidate, value))
  const known = prefix ? ' It is the id of another kind of thing.' : ''
  return `The address holds an ill-formed ${name}; copy it whole.${known}`
}
