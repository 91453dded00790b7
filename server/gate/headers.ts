/** Headers of every response, whoever writes it: set on Node's response before anything else sees the request. */
import type { ServerResponse } from 'node:http'

/**
 * One policy for all that is served, the page, its workers and the API alike. Trusted Types: one policy of ours, which
 * lets through just the constant URLs of our workers; with `'none'` Chromium refuses workers altogether.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types heddle',
].join('; ')

/** Every feature that asks a person for something, for nobody. Left out: the clipboard, which copying needs. */
const permissionsPolicy = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ')

export const strictHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': permissionsPolicy,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

export function setStrictHeaders(outgoing: ServerResponse) {
  for (const [name, value] of Object.entries(strictHeaders)) outgoing.setHeader(name, value)
  // The page's files say otherwise themselves.
  outgoing.setHeader('Cache-Control', 'no-store')
}
