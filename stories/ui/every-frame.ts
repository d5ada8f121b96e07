/** Calls `draw` in every frame, or four times per second if the user prefers reduced motion. Returns a function that stops this. */
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
