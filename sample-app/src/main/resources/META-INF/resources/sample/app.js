import { createConsumer } from '/hawser/hawser.js'
import { Chat } from './chat.js'
import { byId } from './dom.js'
import { currentName, signIn, signOut } from './session.js'

/** The chat of the signed-in user, if there is one. */
let chat

function show(view) {
  byId('sign-in').hidden = view !== 'sign-in'
  byId('chat').hidden = view !== 'chat'
}

function enter(name) {
  // A user in front of the screen should not wait for the usual maximum of 30 s.
  const consumer = createConsumer('/cable', { maxDelayMs: 10_000 })
  // The server refuses a session that has ended, and says "remote" when it ends in another window.
  consumer.on('state', ({ to, reason }) => {
    if (to === 'failed' && (reason === 'unauthorized' || reason === 'remote')) leave()
  })
  show('chat')
  chat = new Chat(consumer, name)
}

function leave() {
  chat?.close()
  chat = undefined
  document.title = 'Hawser chat'
  show('sign-in')
  byId('name').focus()
}

byId('sign-in-form').addEventListener('submit', async event => {
  event.preventDefault()
  const input = byId('name')
  const { name, problem = '' } = await signIn(input.value)
  byId('sign-in-problem').textContent = problem
  input.setAttribute('aria-invalid', String(problem !== ''))
  if (problem) input.focus()
  else enter(name)
})

byId('sign-out').addEventListener('click', async () => {
  leave()
  await signOut()
})

const name = await currentName()
if (name) enter(name)
else leave()
