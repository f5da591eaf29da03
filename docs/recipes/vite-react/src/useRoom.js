import { createConsumer } from 'hawser'
import { useEffect, useRef, useState } from 'react'

const consumer = createConsumer('/cable') // one connection for all components

/** Returns what is said in a room as long as the component is shown, and a function to say something. */
export function useRoom(room) {
  const [texts, setTexts] = useState([])
  const subscription = useRef(null)

  useEffect(() => {
    setTexts([])
    const current = consumer.subscriptions.create(
      { channel: 'RoomChannel', room },
      { received: ({ text }) => setTexts(before => [...before, text]) },
    )
    subscription.current = current
    return () => current.unsubscribe()
  }, [room])

  return [texts, text => subscription.current.perform('say', { text })]
}
