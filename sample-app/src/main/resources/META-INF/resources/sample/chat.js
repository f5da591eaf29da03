import { Composer } from './composer.js'
import { ConnectionStatus } from './connection-status.js'
import { byId, paintAvatar } from './dom.js'
import { MessageLog } from './message-log.js'
import { Sidebar } from './sidebar.js'
import { Typing } from './typing.js'

/** The server tells no more messages than this at once; so many mean that there may be a gap. */
const LATEST = 50

/** A signed-in person's chat: one subscription at a time, to the room in the page's address. */
export class Chat {
  #consumer
  #name
  #subscription
  #log
  #sidebar
  #composer
  #typing
  #status
  #over = new AbortController()

  constructor(consumer, name) {
    const { signal } = this.#over
    this.#consumer = consumer
    this.#name = name
    this.#log = new MessageLog(name, signal)
    this.#typing = new Typing()
    this.#sidebar = new Sidebar(name, signal)
    this.#status = new ConnectionStatus(consumer, signal)
    this.#composer = new Composer(
      {
        send: text => this.#subscription.perform('speak', { text }),
        type: () => this.#subscription.whisper({ typing: name }),
      },
      signal,
    )
    byId('my-name').textContent = name
    paintAvatar(byId('my-avatar'), name)
    addEventListener('hashchange', () => this.#enter(), { signal })
    this.#enter()
  }

  close() {
    this.#over.abort()
    this.#status.stop()
    this.#consumer.disconnect()
  }

  #enter() {
    const room = location.hash.replace(/^#\/?/, '') || 'general'
    this.#subscription?.unsubscribe()
    this.#log.clear()
    this.#typing.clear()
    this.#sidebar.enter(room)
    byId('title').textContent = room
    document.title = `${room} · Hawser chat`
    this.#subscription = this.#consumer.subscriptions.create(
      { channel: 'ChatChannel', room },
      {
        // On every connection: the stream is live by now, so what is missing is what was before.
        connected: () => {
          this.#subscription.perform('catch_up', { after: this.#log.lastId })
        },
        received: event => this.#receive(event),
        whispered: data => this.#hear(data),
        rejected: () =>
          this.#log.note('There is no such room: names have letters, digits, dashes.'),
      },
    )
    this.#follow(this.#subscription.presence)
    this.#composer.focus()
  }

  /** Keeps the list of people, and notes who comes and goes; also while there was no connection. */
  #follow(presence) {
    const show = () => {
      const names = presence.list().map(({ id }) => id)
      this.#sidebar.showPeople(names.sort())
    }
    const note = what => {
      return ({ id }) => {
        if (id !== this.#name) this.#log.note(`${id} ${what}`)
        this.#typing.stop(id)
        show()
      }
    }
    presence.on('sync', show)
    presence.on('join', note('joined'))
    presence.on('leave', note('left'))
  }

  /** Another window sent this, and the server has not checked it. */
  #hear(data) {
    const name = data?.typing
    if (name !== this.#name && this.#subscription.presence.get(name)) this.#typing.start(name)
  }

  #receive(event) {
    if (event.type === 'message') {
      this.#typing.stop(event.message.from)
      this.#log.add(event.message)
    } else if (event.type === 'history') {
      if (event.messages.length >= LATEST) this.#log.clear()
      this.#log.addAll(event.messages)
      this.#sidebar.showRooms(event.rooms)
    } else if (event.type === 'refused') {
      this.#composer.explain(event.problem)
    }
  }
}
