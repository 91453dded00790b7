/** The guide: what Heddle is, in well-formed Markdown, by what a plain prompt asks about. It thinks nothing up. */

const overview = `## Welcome to Heddle

Heddle runs **many AI agent chats at once** and keeps them apart, like the heddle of a loom its threads.

- **Everything keeps running.** Switch chats, close the tab, lose the network: each run belongs to the server, and it is
  here when you come back, to the last word.
- **What needs you comes to you.** Approvals and questions stand at the top of the sidebar, and can be answered there
  while you look at another chat.
- **Nothing is mixed.** Every chat has a runtime session of its own, with the provider and model that you picked.

### Try it now

1. Start a second chat with the model **Worker** and send it any task: it thinks, plans, runs tools and asks for approval.
2. Come back here while it works. Its row says what it does; *Allow*, *Reject* and *Stop* are in the row.
3. Send a message here while I am still speaking: it waits in the queue and goes out by itself.

I am the built-in guide: I need no key and no network, and I know nothing but Heddle. Ask me about *agents*, *approvals*,
the *queue*, *stopping*, the *keyboard*, or the *command line*.`

const agents = `## Real agents

Heddle runs any agent that speaks the **Agent Client Protocol**. The ones that it knows are looked for on your \`PATH\`:

| Agent | How to install it |
|:------|:------------------|
| Claude Code | \`npm install -g @agentclientprotocol/claude-agent-acp\` |
| Codex | \`npm install -g @agentclientprotocol/codex-acp\` |
| Gemini | \`npm install -g @google/gemini-cli\` |
| opencode | \`npm install -g opencode-ai\` |

Log in once with the agent's own program, then choose it on Home. Any other one is an entry in \`heddle.config.json\`:

\`\`\`json
{ "providers": [{ "id": "mine", "name": "Mine", "kind": "agent", "command": "my-agent", "args": ["--acp"] }] }
\`\`\``

const approvals = `## Approvals

When an agent wants to do something that needs your permission, the turn waits and a card shows **the whole command**,
never a shortened one. Nothing runs before you decide.

- In the chat the card stands pinned above the composer.
- In the sidebar the same card stands under *Needs you*, so you can decide while you read another chat.
- Decided in one tab, it is decided in all; a restart, a stop or a crash counts as **no**.

Want to see one? Send \`/demo ask rm -rf node_modules\` here. Nothing is really run.`

const queue = `## The queue

Send while a chat is busy, and the message **waits on the server**, in order. It goes out when the turn has ended well,
even with every tab closed. After a stop or an error the queue waits for you, and says so.`

const stopping = `## Stopping

**Esc** or the *Stop* button stops the chat on screen; *Stop* in a row stops that row's chat and no other. The row says
*stopping* until the agent has confirmed it. An agent that does not is ended after two seconds, with everything that it
has started. What was said until then stays.`

const keyboard = `## The keyboard

| Keys | What they do |
|:-----|:-------------|
| Enter | send |
| Shift + Enter | a new line |
| Esc | stop |
| Tab, Shift + Tab | through cards and rows; every button is reachable |`

const commandLine = `## The command line

The same program is the command line, and it speaks to the running server:

\`\`\`sh
heddle new --provider demo "Hello"   # a new chat
heddle ls                            # every chat, with what it does
heddle tail <session>                # follow one
heddle ask <session> "And then?"     # send, and stream the answer
\`\`\`

What you do there shows at once in every open tab.`

const topics: readonly (readonly [RegExp, string])[] = [
  [/\b(agents?|install|claude|codex|gemini|opencode|providers?|models?|acp)\b/i, agents],
  [/\b(approv\w*|permission\w*|allow|reject|ask)\b/i, approvals],
  [/\b(queue\w*|busy|wait\w*)\b/i, queue],
  [/\b(stop\w*|cancel\w*|kill|esc)\b/i, stopping],
  [/\b(keyboard|keys?|shortcuts?)\b/i, keyboard],
  [/\b(command line|cli|terminal|shell|tail)\b/i, commandLine],
]
const greeting = /^\s*(hi|hello|hey|good (morning|evening|day)|help|start|what (is|can|are)\b.*|who are you\??)/i

/** `isFirst`: the first prompt of the session always gets the overview, unless it asks for something else. */
export function guideAnswer(prompt: string, isFirst: boolean): string {
  const topic = topics.find(([pattern]) => pattern.test(prompt))?.[1]
  if (topic) return topic
  if (isFirst || greeting.test(prompt)) return overview
  return `I have your message, but I am only the built-in guide: there is no language model behind me, so I cannot
answer it. Choose an agent for that on Home.

What I can tell you about: *agents*, *approvals*, the *queue*, *stopping*, the *keyboard*, the *command line*.`
}
