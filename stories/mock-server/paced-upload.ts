/** How often it is told how much has been sent, in ms. */
const BEAT = 60

/** How fast the demo server reads unless it is told, in bytes a second. */
const RATE = 50_000_000

/**
 * XMLHttpRequest as the demo server would pace it. What a service worker answers, as that of the mock does, is never told to have been sent: the
 * browser says nothing of it. So this one says it itself, at the `rate` that the URL asks for, before it hands the body on.
 */
export class PacedUpload extends XMLHttpRequest {
  #rate = RATE
  #timer = 0

  override open(method: string, url: string | URL): void {
    this.#rate = Number(new URL(url, document.baseURI).searchParams.get('rate') ?? RATE)
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
    }, BEAT)
  }

  override abort(): void {
    clearInterval(this.#timer)
    super.abort()
  }
}
