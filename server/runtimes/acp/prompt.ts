/** A prompt as content blocks: what must be told first, the text, and the files. */
import { readFile, stat } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { ContentBlock } from '@agentclientprotocol/sdk'
import { runtimeError, wordsOf } from '../failure.ts'
import { maxInlineImageBytes } from '../limits.ts'
import type { PromptTurn } from '../runtime.ts'

/** `before`: texts that come before the person's own, each a block. */
export async function promptBlocks(
  turn: PromptTurn,
  before: readonly string[],
  takesImages: boolean,
): Promise<ContentBlock[]> {
  const files = await Promise.all(turn.files.map((file) => fileBlock(file, takesImages)))
  return [...before, turn.text].map((text): ContentBlock => ({ type: 'text', text })).concat(files)
}

/** Every agent takes links; images go inline where the agent says that it sees them. */
async function fileBlock(
  { path, name, mimeType }: PromptTurn['files'][number],
  takesImages: boolean,
): Promise<ContentBlock> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw runtimeError('refused', `The attached file ${name} cannot be read.`, { cause: wordsOf(error) })
  })
  const uri = pathToFileURL(path).href
  if (takesImages && mimeType.startsWith('image/') && size <= maxInlineImageBytes) {
    return { type: 'image', mimeType, data: (await readFile(path)).toString('base64'), uri }
  }
  return { type: 'resource_link', uri, name, mimeType, size }
}
