const files = import.meta.glob('../../docs/images/poll-traffic.svg', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const svg = Object.values(files)[0] ?? ''

/** A chart from the benchmark: requests and bytes per message. An image, so that its styles do not affect the page. */
export function TrafficChart() {
  return (
    <div className="sb-unstyled doc-diagram doc-chart" role="region" aria-label="Chart" tabIndex={0}>
      <img
        src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`}
        alt="Requests and bytes for each delivered message, by long polling, short polling each second, server-sent events and WebSocket, at 0.1 to 100 messages a second. Long polling needs one request a message until there are some ten a second, and fewer from there on; short polling needs ten at 0.1 a second and a hundredth at 100; the other two none."
      />
    </div>
  )
}
