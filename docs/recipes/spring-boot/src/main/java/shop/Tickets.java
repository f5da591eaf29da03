package shop;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Lets a user who is signed in connect once, within half a minute. */
@Component
class Tickets {
  private static final Duration LIFE = Duration.ofSeconds(30);

  private record Ticket(String user, Instant expiresAt) {}

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Ticket> tickets = new ConcurrentHashMap<>();

  String issue(String user) {
    Instant now = Instant.now();
    tickets.values().removeIf(ticket -> ticket.expiresAt().isBefore(now));
    byte[] secret = new byte[16];
    random.nextBytes(secret);
    String ticket = HexFormat.of().formatHex(secret);
    tickets.put(ticket, new Ticket(user, now.plus(LIFE)));
    return ticket;
  }

  Optional<String> redeem(String ticket) {
    return Optional.ofNullable(tickets.remove(ticket))
        .filter(found -> found.expiresAt().isAfter(Instant.now()))
        .map(Ticket::user);
  }
}
