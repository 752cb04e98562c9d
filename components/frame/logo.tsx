/** The sign of the house: a door, and what is behind it. Drawn here, so that it takes the page's colours. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <path d="M8 26V7.5A2 2 0 0 1 10 5.5h12a2 2 0 0 1 2 2V26M4.5 26h23" className="logo-door" />
      <circle cx="16" cy="14.5" r="4.8" className="logo-disc" />
    </svg>
  )
}
