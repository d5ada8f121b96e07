import { type Seat, fold, offer } from './harness.ts'

/** The base of all ratios: a callback and a reducer for each message, and nothing else. */
function open(seat: Seat, url: string): () => void {
  const socket = new WebSocket(url)
  const callback = () => void seat.received++
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
