/** Colour maths for the tests of the tokens: OKLCH, WCAG contrast, and what the common colour blindnesses leave. */
export type Triple = readonly [number, number, number]

export function oklchToOklab([lightness, chroma, hue]: Triple): Triple {
  const radians = (hue * Math.PI) / 180
  return [lightness, chroma * Math.cos(radians), chroma * Math.sin(radians)]
}

/** Björn Ottosson's matrices (https://bottosson.github.io/posts/oklab). */
export function oklabToLinear([L, a, b]: Triple): Triple {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

export function linearToOklab([red, green, blue]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear sRGB. */
export const blindness: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

export function seenWith(kind: string, linear: Triple): Triple {
  const rows = blindness[kind] ?? []
  return rows.map(([x, y, z]) => clamp(x * linear[0] + y * linear[1] + z * linear[2])) as unknown as Triple
}

export function contrast(one: Triple, other: Triple): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** The distance of two linear colours in OKLab; about 0.02 is just noticed side by side. */
export function difference(one: Triple, other: Triple): number {
  const [a, b] = [linearToOklab(one), linearToOklab(other)]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

export function isInGamut(linear: Triple): boolean {
  return linear.every((channel) => channel > -0.0005 && channel < 1.0005)
}

function luminance(linear: Triple): number {
  return 0.2126 * clamp(linear[0]) + 0.7152 * clamp(linear[1]) + 0.0722 * clamp(linear[2])
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
