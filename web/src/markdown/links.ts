/**
 * Links lead to https, http and mailto only, and say in full where: an address that its label does not show stands beside
 * it. Anything else is text. Images are never fetched, which would carry a secret out in their address: they are links.
 */
import type { Tokens } from 'marked'
import { element } from './elements.ts'
import { withEntities } from './entities.ts'
import { hasUnseen, visible } from './visible.ts'

const allowedProtocols = new Set(['https:', 'http:', 'mailto:'])
/** A picture inside an address is not one to read. */
const shownDataLength = 60

export function drawLink(token: Tokens.Link, label: readonly Node[]): HTMLElement {
  const address = token.autolink ? token.href : withEntities(token.href ?? '')
  return linkTo(address, element('span', 'md-link-label', {}, ...label), token.tokens.length === 0)
}

export function drawImage(token: Tokens.Image): HTMLElement {
  const label = element('span', 'md-link-label', {}, `Image: ${withEntities(token.text) || 'no description'}`)
  return linkTo(withEntities(token.href ?? ''), label, false)
}

function linkTo(address: string, label: HTMLElement, bare: boolean): HTMLElement {
  const url = parseUrl(address)
  const shown = url?.href ?? address
  const rest = bare || !saysAddress(label.textContent ?? '', address, shown) ? [addressBeside(shown)] : []
  if (!url) return element('span', 'md-no-link', {}, label, ...rest)
  const attributes = { href: url.href, title: url.href, target: '_blank', rel: 'noopener noreferrer' }
  return element('a', 'md-link', attributes, label, ...rest)
}

/** Punycode and percent signs as the browser would send them, so look-alikes and hidden characters show. */
function addressBeside(shown: string): HTMLElement {
  const text = /^data:/i.test(shown) && shown.length > shownDataLength ? `${shown.slice(0, shownDataLength)}…` : shown
  return element('span', 'md-link-url', {}, ...visible(` ${text}`))
}

function parseUrl(address: string): URL | null {
  if (!URL.canParse(address)) return null // a path or a fragment: nothing here to lead to
  const url = new URL(address)
  return allowedProtocols.has(url.protocol) ? url : null
}

function saysAddress(label: string, address: string, shown: string): boolean {
  const bare = (text: string) => text.trim().replace(/\/$/, '')
  const shorter = bare(shown).replace(/^(?:mailto:|http:\/\/(?=www\.))/, '')
  return (
    [bare(shown), shorter].includes(bare(label)) ||
    (bare(label) === bare(address) && !hasUnseen(label) && isAscii(label))
  )
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text)
}
