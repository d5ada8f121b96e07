import { type Seat, fold, offer } from '../harness.ts'

/** The base of the ratios of the hooks. It counts, and shows nothing. */
function open(seat: Seat, url: string): () => void {
  const source = new EventSource(url)
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    seat.received++
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
