import { type Seat, fold, offer } from '../harness.ts'

/** What the ratios of the hooks are measured against: it counts, and shows nothing. */
function open(seat: Seat, url: string): () => void {
  const source = new EventSource(url)
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    seat.heard++
    seat.folded = fold(seat.folded, data)
  })
  return () => source.close()
}

offer({
  live(_root, seats, url) {
    const closers = seats.map((seat) => open(seat, url))
    return () => closers.forEach((close) => close())
  },
})
