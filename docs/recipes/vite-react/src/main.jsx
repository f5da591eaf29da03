import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { useRoom } from './useRoom.js'

function Room({ name }) {
  const [texts, say] = useRoom(name)

  function send(data) {
    say(data.get('text'))
  }

  return (
    <>
      <ol>
        {texts.map((text, index) => (
          <li key={index}>{text}</li>
        ))}
      </ol>
      <form action={send}>
        <input name="text" aria-label="Message" autoComplete="off" />
        <button>Send</button>
      </form>
    </>
  )
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Room name="lobby" />
  </StrictMode>,
)
