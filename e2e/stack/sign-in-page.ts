/** The identity provider's own page: a form that works without scripts. */
export function renderSignInPage({
  action,
  email,
  fault,
}: {
  action: string
  email: string
  fault: string
}): string {
  const alert = fault === '' ? '' : `<p role="alert">${escapeHtml(fault)}</p>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in – demo identity provider</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { display: grid; place-items: center; min-height: 100vh; margin: 0 }
  form { display: grid; gap: .75rem; width: min(22rem, 90vw) }
  h1 { font-size: 1.25rem; margin: 0 }
  label { display: grid; gap: .25rem }
  input, button { font: inherit; padding: .5rem .75rem }
  [role=alert] { color: #c92a2a; margin: 0 }
</style>
<form method="post" action="${escapeHtml(action)}">
  <h1>Demo identity provider</h1>
  ${alert}
  <label>Email <input name="email" type="email" autocomplete="username" required value="${escapeHtml(email)}"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button>
</form>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
