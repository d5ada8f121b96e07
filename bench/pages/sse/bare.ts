import { offerPlayer } from './player.ts'

const channel = new MessageChannel()

/** How a loop can let the page do other things. */
const turns: Record<string, () => Promise<unknown>> = {
  scheduler: () => scheduler.yield(),
  message: () =>
    new Promise((resolve) => {
      channel.port1.onmessage = resolve
      channel.port2.postMessage(null)
    }),
  timeout: () => new Promise((resolve) => setTimeout(resolve, 0)),
}

/** It knows `data` and the empty line, and nothing else that is in a stream. */
function splitter(hear: (data: string) => void): (text: string) => void {
  let [rest, data] = ['', '']
  return (piece) => {
    const text = rest + piece
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (end === from) {
        hear(data)
        data = ''
      } else if (text.startsWith('data: ', from)) {
        const line = text.slice(from + 6, end)
        data = data === '' ? line : `${data}\n${line}`
      }
      from = end + 1
    }
    rest = text.slice(from)
  }
}

/** What all ratios are measured against. `how`: what it does after how many bytes; nothing: it takes what comes at once. */
async function read(url: string, hear: (data: string) => void, how: string, signal: AbortSignal) {
  const { body } = await fetch(url, { signal })
  if (!body) throw new Error('No body')
  const [name = '', every] = how.split(' ')
  const turn = turns[name]
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const split = splitter(hear)
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    // Chromium hands over up to 2 MiB at once.
    const step = Number(every ?? value.length)
    for (let from = 0; from < value.length; from += step) {
      split(decoder.decode(value.subarray(from, from + step), { stream: true }))
      if (turn) await turn()
    }
  }
}

offerPlayer((url, hear, how) => {
  const controller = new AbortController()
  // Only aborting ends it early.
  read(url, hear, how, controller.signal).catch(() => undefined)
  return () => controller.abort()
})
