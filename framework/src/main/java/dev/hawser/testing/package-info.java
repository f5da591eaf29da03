// SPDX-License-Identifier: Apache-2.0
/**
 * A test kit for channels and connections, which works with every test framework.
 * {@link dev.hawser.testing.ChannelTest} runs them without sockets, on the thread of the test and
 * with a clock that the test advances.
 *
 * <pre>{@code
 * ChannelTest test = ChannelTest.of(cable -> cable
 *     .connection(() -> new AppConnection(accounts))
 *     .channel(OrdersChannel.class, () -> new OrdersChannel(store)));
 *
 * TestConnection ann = test.connect(request -> request.cookie("user", "ann"));
 * TestSubscription<OrdersChannel> orders = ann.subscribe(OrdersChannel.class, Map.of("id", 7));
 * orders.perform("advance");
 * orders.assertTransmitted(Map.of("status", "shipped"));
 * }</pre>
 */
package dev.hawser.testing;
