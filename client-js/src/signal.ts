/**
 * Calls `listener` when the signal aborts.
 *
 * @returns a function that stops waiting for it
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener('abort', listener, { once: true })
  return () => signal?.removeEventListener('abort', listener)
}
