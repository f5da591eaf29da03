/** Bound of every wait; far beyond what anything takes, except on a machine in trouble. */
export const PATIENCE_MS = 15_000

/** Something that happened, by its name, with what it said. */
export type Happening = readonly [name: string, detail?: unknown]

/** What happened, in order, and a way to wait for what is still to happen. */
export class EventLog {
  /** Everything so far. */
  readonly all: Happening[] = []
  readonly #untaken: Happening[] = []
  readonly #waiting = new Set<() => void>()

  /** Adds what has just happened. */
  add(name: string, detail?: unknown): void {
    const happening: Happening = detail === undefined ? [name] : [name, detail]
    this.all.push(happening)
    this.#untaken.push(happening)
    for (const look of [...this.#waiting]) look()
  }

  /** Returns the names of everything so far. */
  get names(): string[] {
    return this.all.map(([name]) => name)
  }

  /**
   * Returns everything so far, without `connected` right after `connected`.
   *
   * On a machine under load the answer to a subscribe can take longer than the 500 ms after which
   * the official client asks again; then it is answered, and tells of it, twice.
   */
  get settled(): Happening[] {
    return this.all.filter(([name], index) => {
      return name !== 'connected' || this.all[index - 1]?.[0] !== 'connected'
    })
  }

  /** Returns how often something has happened so far. */
  count(name: string): number {
    return this.names.filter(other => other === name).length
  }

  /** Waits for the next of a name that was not taken before, and returns what it said. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client said
  take(name: string, matches: (detail: any) => boolean = () => true): Promise<any> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const index = this.#untaken.findIndex(
          ([other, detail]) => other === name && matches(detail),
        )
        if (index < 0) return false
        this.#waiting.delete(look)
        clearTimeout(timer)
        resolve(this.#untaken.splice(index, 1)[0]?.[1])
        return true
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(look)
        reject(new Error(`no ${name}; what happened: ${JSON.stringify(this.all.slice(-30))}`))
      }, PATIENCE_MS)
      if (!look()) this.#waiting.add(look)
    })
  }

  /** Waits for several of a name, and returns what they said. */
  async takeAll(name: string, count: number): Promise<unknown[]> {
    const taken: unknown[] = []
    while (taken.length < count) taken.push(await this.take(name))
    return taken
  }
}
