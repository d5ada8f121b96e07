/** Time between two progress events, in ms. */
const INTERVAL_MS = 60

/** The demo server's default reading rate, in bytes per second. */
const DEFAULT_RATE = 50_000_000

/**
 * An XMLHttpRequest that imitates the progress of a paced upload. Browsers fire no upload progress for requests that a service worker responds
 * to, as the mock's worker does. So this class fires the events itself, at the `rate` in the URL, and then sends the body.
 */
export class PacedUpload extends XMLHttpRequest {
  #rate = DEFAULT_RATE
  #timer = 0

  override open(method: string, url: string | URL): void {
    this.#rate = Number(new URL(url, document.baseURI).searchParams.get('rate') ?? DEFAULT_RATE)
    super.open(method, url)
  }

  override send(body?: XMLHttpRequestBodyInit | null): void {
    const total = body instanceof Blob ? body.size : 0
    const began = performance.now()
    this.#timer = window.setInterval(() => {
      const loaded = Math.min(total, Math.round(((performance.now() - began) / 1000) * this.#rate))
      this.upload.dispatchEvent(new ProgressEvent('progress', { lengthComputable: true, loaded, total }))
      if (loaded < total) return
      clearInterval(this.#timer)
      super.send(body)
    }, INTERVAL_MS)
  }

  override abort(): void {
    clearInterval(this.#timer)
    super.abort()
  }
}
