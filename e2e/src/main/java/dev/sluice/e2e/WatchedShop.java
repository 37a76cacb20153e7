package dev.sluice.e2e;

import dev.sluice.watch.Answer;
import dev.sluice.watch.Limits;
import dev.sluice.watch.Version;
import dev.sluice.watch.Violation;
import dev.sluice.watch.WatchFile;
import dev.sluice.watch.Watcher;
import dev.sluice.watch.Writer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The independent watcher over a shop, from its opening to its end. Told in the end, when all
 * watches have said what they saw: only then the order across kinds is known.
 */
final class WatchedShop {
  /** Parts of a cluster on a busy machine are behind each other for longer than usual. */
  private static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          8);

  private final String namespace;
  private final dev.sluice.watch.Shop.Route route;
  private final Recording recording;
  private final List<Answer> answers = new ArrayList<>();
  private final Set<String> meant = new HashSet<>();
  private Optional<String> preview = Optional.empty();
  private Limits limits = LIMITS;

  WatchedShop(KubernetesClient admin, Shop shop) {
    this.namespace = shop.namespace();
    this.route = new dev.sluice.watch.Shop.Route(shop.route(), Shop.NAME);
    this.recording = Recording.of(admin, namespace);
  }

  void shows(String previewService) {
    preview = Optional.of(previewService);
  }

  List<Version> versions() {
    return recording.versions();
  }

  /** Invariants that are to be broken. */
  void breaks(Set<String> invariants) {
    meant.addAll(invariants);
  }

  /** As {@link Recording#beginsAgain}. */
  void beginsAgain() {
    recording.beginsAgain();
  }

  /** The operator is late with everything, up to that time. */
  void bearsWith(Duration late) {
    limits = new Limits(LIMITS.behind(), late, late, LIMITS.slack(), LIMITS.returns());
  }

  void heard(Accounts accounts) {
    for (Response r : accounts.responses()) {
      if (r.fate() != Response.Fate.IN_FLIGHT) {
        answers.add(new Answer(r.due(), r.over(), r.version(), r.status(), r.fresh(), r.how()));
      }
    }
  }

  /**
   * Nothing more is seen. What was, is kept in a file under target/e2e.
   *
   * @throws AssertionError if an invariant was broken that was not meant to be
   */
  void end() {
    recording.close();
    Watcher watcher =
        new Watcher(
            new dev.sluice.watch.Shop(
                namespace, Shop.NAME, Shop.NAME, List.of(Shop.NAME), Optional.of(route), preview),
            limits);
    Path file = Path.of("target", "e2e", namespace + ".watch.jsonl");
    try (WatchFile out = new WatchFile(file, watcher.shop())) {
      tell(watcher, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.printf("%s was watched: %s%n", namespace, watcher.counts());
    watcher.violations().forEach(v -> System.out.println(namespace + ": " + v));
    List<Violation> broken =
        watcher.violations().stream().filter(v -> !meant.contains(v.invariant())).toList();
    if (!broken.isEmpty()) {
      throw new AssertionError(
          "What was promised of a release was not kept, see %s: %s"
              .formatted(
                  file,
                  broken.stream().map(Violation::toString).collect(Collectors.joining("\n"))));
    }
  }

  /** All in the order of time. */
  private void tell(Watcher watcher, WatchFile out) throws IOException {
    answers.sort(Comparator.comparing(Answer::over));
    Deque<Answer> rest = new ArrayDeque<>(answers);
    for (Version version : recording.versions()) {
      tellUntil(version.at(), rest, watcher, out);
      watcher.saw(version);
      out.append(version, Writer.UNKNOWN);
    }
    tellUntil(Instant.MAX, rest, watcher, out);
  }

  private static void tellUntil(Instant at, Deque<Answer> rest, Watcher watcher, WatchFile out)
      throws IOException {
    while (!rest.isEmpty() && rest.getFirst().over().isBefore(at)) {
      Answer answer = rest.removeFirst();
      watcher.saw(answer);
      out.append(answer);
    }
  }
}
