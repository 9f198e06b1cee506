// Asks llm-router at OpenCode's events and carries out what it answers. Whatever fails, OpenCode goes on.
import { spawn } from "node:child_process"

const COMMANDS = /* commands */ {}
const LIMIT_MS = 5000

function ask(event, payload) {
  const words = COMMANDS[event]
  if (!words) return Promise.resolve({})
  return new Promise((resolve) => {
    let text = ""
    let child
    try {
      child = spawn(words[0], words.slice(1), { stdio: ["pipe", "pipe", "ignore"] })
    } catch {
      return resolve({})
    }
    const timer = setTimeout(() => child.kill(), LIMIT_MS)
    child.on("error", () => resolve({}))
    child.stdin.on("error", () => {})
    child.stdout.on("data", (data) => (text += data))
    child.on("close", () => {
      clearTimeout(timer)
      try {
        resolve(JSON.parse(text) || {})
      } catch {
        resolve({})
      }
    })
    child.stdin.end(JSON.stringify({ hook_event_name: event, ...payload }))
  })
}

// What is thrown from a prompt is shown as a fault without its words, so the person is told beside it.
async function tell(client, text, variant) {
  if (process.argv.includes("run")) {
    if (variant === "error") console.error(text)
    return
  }
  try {
    await client?.tui?.showToast({ body: { message: text, variant } })
  } catch {}
}

function shorten(output, text) {
  if (typeof output?.output === "string") output.output = text
  // A server's tool: its text stands in the only part of that kind.
  const texts = Array.isArray(output?.content) ? output.content.filter((part) => part?.type === "text") : []
  if (texts.length === 1) texts[0].text = text
}

export const LlmRouter = async ({ directory, client }) => ({
  "chat.message": async (input, output) => {
    const answer = await ask("chat.message", { cwd: directory, input, output })
    if (answer.deny) {
      await tell(client, answer.deny, "error")
      throw new Error(answer.deny)
    }
    if (answer.message) await tell(client, answer.message, "info")
    if (answer.model) output.message.model = answer.model
    const first = output.parts.find((part) => part.type === "text")
    if (answer.context && first) {
      output.parts.push({ ...first, id: `${first.id}_router`, text: answer.context, synthetic: true })
    }
  },
  "tool.execute.before": async (input, output) => {
    const answer = await ask("tool.execute.before", { cwd: directory, input, output })
    if (answer.deny) throw new Error(answer.deny)
  },
  "tool.execute.after": async (input, output) => {
    const answer = await ask("tool.execute.after", { cwd: directory, input, output })
    if (typeof answer.output === "string") shorten(output, answer.output)
  },
  event: async ({ event }) => {
    if (event.type in COMMANDS) await ask(event.type, { cwd: directory, event })
  },
})
