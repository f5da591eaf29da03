// SPDX-License-Identifier: Apache-2.0
/**
 * Stores for the answers to requests that clients may repeat, so that each request is carried out
 * at most once. A request is a call of an action that asks for this (the section "One effect" of
 * {@code docs/protocol.md}). {@link dev.hawser.answers.AnswerStore} is the interface;
 * {@link dev.hawser.answers.Claim} is the state of one request.
 *
 * <p>An application does not use this package: its pub/sub adapter provides the store with
 * {@link dev.hawser.pubsub.PubSubAdapter#answers}. {@link dev.hawser.answers.MemoryAnswers}, for a
 * single node, is the default; the Redis adapter keeps answers in Redis. To write a store for
 * another backend, implement {@code AnswerStore} and extend the contract test
 * {@code AnswerContract} of the tests jar.
 */
package dev.hawser.answers;
