'use client'

/** Where not even the frame could be drawn: no library, no styles but these. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body
        style={{
          font: '16px/1.5 system-ui, sans-serif',
          maxWidth: '34rem',
          margin: '16vh auto',
          padding: '0 1rem',
          colorScheme: 'light dark',
        }}
      >
        <title>Recordroom</title>
        <h1 style={{ fontSize: '1.25rem' }}>Recordroom cannot be shown at the moment</h1>
        <p>
          Something went wrong on the server. Try again in a minute; if it stays, tell an administrator of the
          portal.
        </p>
        <p>
          <a href="/">Try again</a>
        </p>
      </body>
    </html>
  )
}
