/** As often as is pleasant: once a frame, or four times a second for those who want less motion. */
export function everyFrame(draw: () => void): () => void {
  draw()
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    const timer = setInterval(draw, 250)
    return () => clearInterval(timer)
  }
  let frame = requestAnimationFrame(function next() {
    draw()
    frame = requestAnimationFrame(next)
  })
  return () => cancelAnimationFrame(frame)
}
