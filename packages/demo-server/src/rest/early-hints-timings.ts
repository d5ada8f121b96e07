/**
 * The script of the page with an early hint, unless the server was started with another one. It loads the data, shows
 * when it was there, and sends these times to the page that opened this one.
 */
export const TIMINGS_SCRIPT = `const url = new URL(document.body.dataset.load, location.href).href
const scriptAt = performance.now()
const response = await fetch(url)
await response.json()
const shownAt = performance.now()
const hinted = performance.getEntriesByName(url).some(({ initiatorType }) => initiatorType === 'early-hints')
const times = { type: 'early-hints', scriptAt, shownAt, request: { hinted } }
document.body.append(Object.assign(document.createElement('pre'), { textContent: JSON.stringify(times, null, 2) }))
// Times are no secret, so any page may get them.
window.opener?.postMessage(times, '*')
`
