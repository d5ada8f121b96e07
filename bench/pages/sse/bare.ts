import { offerPlayer } from './player.ts'

const channel = new MessageChannel()

/** The ways to yield to the page. */
const turns: Record<string, () => Promise<unknown>> = {
  scheduler: () => scheduler.yield(),
  message: () =>
    new Promise((resolve) => {
      channel.port1.onmessage = resolve
      channel.port2.postMessage(null)
    }),
  timeout: () => new Promise((resolve) => setTimeout(resolve, 0)),
}

/** Creates a minimal parser that supports only `data` and the empty line. */
function splitter(onData: (data: string) => void): (text: string) => void {
  let [rest, data] = ['', '']
  return (piece) => {
    const text = rest + piece
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (end === from) {
        onData(data)
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

/** The base of all ratios. `pauseOption` is a way to yield and a number of bytes, such as `message 262144`. Empty: it never yields. */
async function read(url: string, onData: (data: string) => void, pauseOption: string, signal: AbortSignal) {
  const { body } = await fetch(url, { signal })
  if (!body) throw new Error('No body')
  const [name = '', every] = pauseOption.split(' ')
  const turn = turns[name]
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const split = splitter(onData)
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    // A chunk in Chromium has up to 2 MiB.
    const step = Number(every ?? value.length)
    for (let from = 0; from < value.length; from += step) {
      split(decoder.decode(value.subarray(from, from + step), { stream: true }))
      if (turn) await turn()
    }
  }
}

offerPlayer((url, onData, pauseOption) => {
  const controller = new AbortController()
  // The only expected error is the abort.
  read(url, onData, pauseOption, controller.signal).catch(() => undefined)
  return () => controller.abort()
})
