/** Hawser: channels over WebSocket, with the wire protocol of ActionCable. */
@org.jspecify.annotations.NullMarked
module dev.hawser {
  requires transitive com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.core;
  requires io.netty.buffer;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires java.management;
  requires transitive io.vertx.auth.common;
  requires transitive io.vertx.core;
  requires transitive io.vertx.redis.client;
  requires transitive io.vertx.web;
  requires static transitive org.jspecify;
  requires org.slf4j;

  uses com.fasterxml.jackson.databind.Module;
  uses org.slf4j.spi.SLF4JServiceProvider;

  exports dev.hawser;
  exports dev.hawser.answers;
  exports dev.hawser.history;
  exports dev.hawser.presence;
  exports dev.hawser.pubsub;
  exports dev.hawser.pubsub.redis;
  exports dev.hawser.sessions;
  exports dev.hawser.signed;
  exports dev.hawser.testing;
}
