// SPDX-License-Identifier: Apache-2.0
/**
 * Answers to requests that clients may send again: {@link dev.hawser.answers.AnswerStore}, the
 * interface of what keeps them for all nodes, so that a request is carried out once at most.
 *
 * <p>{@link dev.hawser.answers.MemoryAnswers} serves a single node and is a cable's default; the
 * Redis adapter brings a store of its own. A store for another backend implements
 * {@code AnswerStore} and extends the contract test {@code AnswerContract} of the tests jar.
 */
package dev.hawser.answers;
