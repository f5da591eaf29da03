const offline = { problem: 'The server cannot be reached. Please try again.' }

/** Returns the name this browser is signed in with, or undefined. */
export async function currentName() {
  const response = await fetch('/session').catch(() => undefined)
  return response?.status === 200 ? (await response.json()).name : undefined
}

/** Signs in; returns the name as the server has it, or the problem as a sentence. */
export async function signIn(name) {
  if (!name.trim()) return { problem: 'Please enter a name.' }
  try {
    const response = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
    })
    return await response.json()
  } catch {
    return offline
  }
}

/** Ends the session, in all windows that share it. */
export async function signOut() {
  await fetch('/session', { method: 'DELETE' }).catch(() => undefined)
}
