import { type Seat, fold, offer } from './harness.ts'

/** What all ratios are measured against: a callback and a fold for each message, nothing else. */
function open(seat: Seat, url: string): () => void {
  const socket = new WebSocket(url)
  const callback = () => void seat.heard++
  socket.onmessage = ({ data }) => {
    callback()
    seat.folded = fold(seat.folded, data)
  }
  return () => socket.close()
}

offer({
  live(_root, seats, url) {
    const closers = seats.map((seat) => open(seat, url))
    return () => closers.forEach((close) => close())
  },
})
