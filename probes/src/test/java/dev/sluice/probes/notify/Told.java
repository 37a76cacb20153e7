package dev.sluice.probes.notify;

import dev.sluice.api.Notify;
import dev.sluice.api.Notify.Occasion;
import dev.sluice.api.SecretKey;
import dev.sluice.probes.secret.SecretSource;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** What tests of receivers have in common: their Secrets, what is told, and who hears of it. */
final class Told implements Heard, SecretSource {
  static final Bounds QUICK =
      new Bounds(4, 3, Duration.ofMillis(10), Duration.ofMillis(40), Duration.ofSeconds(5), 1000);

  final Map<SecretKey, String> secrets = new ConcurrentHashMap<>();
  final List<String> said = new CopyOnWriteArrayList<>();
  private final List<String> results = Collections.synchronizedList(new ArrayList<>());

  SecretKey secret(String key, String value) {
    SecretKey secret = new SecretKey("hooks", key);
    secrets.put(secret, value);
    return secret;
  }

  @Override
  public String read(SecretKey secret) throws Unreadable {
    String value = secrets.get(secret);
    if (value == null) {
      throw new Unreadable("there is no Secret " + secret.name(), false);
    }
    return value;
  }

  @Override
  public void counted(String kind, Result result) {
    results.add(kind + " " + result);
  }

  @Override
  public void says(String sentence) {
    said.add(sentence);
  }

  List<String> results() {
    synchronized (results) {
      return List.copyOf(results);
    }
  }

  static Notify slack(SecretKey secret) {
    return target("slack", Optional.of(new Notify.Slack(secret)));
  }

  static Notify teams(SecretKey secret) {
    return new Notify(
        "team",
        Optional.empty(),
        Optional.of(new Notify.Teams(secret)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(Occasion.values()),
        Optional.empty());
  }

  static Notify webhook(Notify.Webhook webhook) {
    return new Notify(
        "hook",
        Optional.empty(),
        Optional.empty(),
        Optional.of(webhook),
        Optional.empty(),
        Optional.empty(),
        List.of(Occasion.values()),
        Optional.empty());
  }

  static Notify events(Notify.CloudEvents events) {
    return new Notify(
        "bus",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(events),
        Optional.empty(),
        List.of(Occasion.values()),
        Optional.empty());
  }

  static Notify email(Notify.Email email) {
    return new Notify(
        "mail",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(email),
        List.of(Occasion.values()),
        Optional.empty());
  }

  private static Notify target(String name, Optional<Notify.Slack> slack) {
    return new Notify(
        name,
        slack,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(Occasion.values()),
        Optional.empty());
  }

  static Notice aborted(int release) {
    return notice(release, Occasion.ABORTED, "errors: 3% of the candidate's requests were bad.");
  }

  static Notice notice(int release, Occasion occasion, String sentence) {
    return new Notice(
        "id-" + release + "-" + occasion,
        Instant.parse("2026-11-26T03:14:15Z"),
        "shop",
        "order-service",
        Optional.of("order-service-" + release),
        Optional.of("order-service:v3"),
        occasion,
        "harm",
        sentence,
        Optional.of("half"),
        "50%",
        132.4,
        14);
  }

  static void await(BooleanSupplier so) {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("it did not come to that within 20 s");
      }
      Thread.onSpinWait();
    }
  }
}
