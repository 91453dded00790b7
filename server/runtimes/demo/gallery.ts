/** One message with everything that the page can draw. */
export const gallery = `# Gallery

Everything that a message may hold, in one. *Emphasis*, **strong**, ***both***, ~~struck out~~, \`inline code\`, a
[link](https://example.org/path?query=1 "with a title"), an address as it is: https://example.org, and a hard
line break,\\
like this one.

## Headings down to the sixth

### Third
#### Fourth
##### Fifth
###### Sixth

## Lists

- one
- two
  - two, first
  - two, second
    1. deep
    2. deeper
- three

1. first
2. second

   with a paragraph of its own
3. third

- [x] a task that is done
- [ ] a task that is not

## Quotation

> A heddle is the part of a loom that keeps every thread in its own lane.
>
> > And a quotation within.

## Table

| Provider | State | Median | Share |
|:---------|:-----:|-------:|------:|
| demo | ready | 12 ms | 3 % |
| demo-process | ready | 48 ms | 97 % |
| a long name that does not want to be broken | \`not_installed\` | — | — |

## Code

\`\`\`ts
export function lane(threads: readonly Thread[]): Map<string, Thread> {
  // Every thread in its own lane.
  return new Map(threads.map((thread) => [thread.id, thread]))
}
\`\`\`

\`\`\`diff
- let them tangle
+ keep them apart
\`\`\`

\`\`\`json
{ "heddle": true, "lanes": 12, "tangled": null }
\`\`\`

\`\`\`mermaid
graph LR
  prompt --> owner --> log --> hub --> tab
\`\`\`

    an indented block, as it was written

## Mathematics

Inline $e^{i\\pi} + 1 = 0$, and on its own:

$$
\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}
$$

## Scripts of the world

日本語の文章と中文、العربية من اليمين إلى اليسار، עברית, Ελληνικά, кириллица, हिन्दी, and 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 in one piece.

## What must stay text

<b>raw HTML</b>, <script>alert('no')</script>, ![a picture from elsewhere](https://example.org/picture.png),
[a script as a link](javascript:alert(1)), and a very long word:
Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.

---

Footnotes[^1] too, where they are known.

[^1]: This one.
`
