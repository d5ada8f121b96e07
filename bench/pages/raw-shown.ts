import { type Seat, fold, offer } from './harness.ts'

/** The raw loop that also writes the value into the page, once a frame. */
function open(root: Element, seat: Seat, url: string): () => void {
  const socket = new WebSocket(url)
  const element = root.appendChild(document.createElement('span'))
  const callback = () => void seat.received++
  let due = false
  const show = () => {
    due = false
    seat.renders++
    element.textContent = `${seat.folded}`
  }
  socket.onmessage = ({ data }) => {
    callback()
    seat.folded = fold(seat.folded, data)
    if (due) return
    due = true
    requestAnimationFrame(show)
  }
  return () => socket.close()
}

offer({
  live(root, seats, url) {
    const closers = seats.map((seat) => open(root, seat, url))
    return () => closers.forEach((close) => close())
  },
})
