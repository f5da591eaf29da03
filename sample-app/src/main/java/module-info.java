/** A chat, to learn Hawser from. Start reading at {@code Main}, then {@code ChatChannel}. */
@org.jspecify.annotations.NullMarked
module dev.hawser.sample {
  requires com.h2database;
  requires dev.hawser;
  requires io.vertx.core;
  requires io.vertx.web;
  requires java.sql;
  requires static org.jspecify;

  // Hawser calls the actions of channels, and Jackson reads and writes their records.
  opens dev.hawser.sample to
      com.fasterxml.jackson.databind,
      dev.hawser;
}
