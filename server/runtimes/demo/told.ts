/** What the demo agent reads in a transcript that it is told: as a model would, by how it looks. */

/** A record of what was said before, and no prompt of the person's. */
export function isTranscript(text: string): boolean {
  return text.includes('\n<conversation>\n') && text.trimEnd().endsWith('</conversation>')
}

/** The person's messages in it, oldest first. */
export function userTexts(transcript: string): string[] {
  return [...transcript.matchAll(/^<message role="user"[^>]*>\n([\s\S]*?)\n<\/message>$/gm)].map(
    ([, text = '']) => text,
  )
}
