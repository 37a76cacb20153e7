package dev.sluice.operator.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.Notify.Occasion;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.engine.decide.Run;
import dev.sluice.kubernetes.VersionNames;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import dev.sluice.operator.cluster.Occurrences.Occurrence;
import dev.sluice.probes.notify.Heard;
import dev.sluice.probes.notify.Notice;
import dev.sluice.probes.notify.Receivers;
import dev.sluice.probes.secret.SecretSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Tells a policy's receivers what is decided. It begins with what is decided while it listens; what
 * the policy's status says was decided before it takes as told. Of a policy without receivers
 * nothing is loaded and nothing is done.
 */
final class Notifier implements Listener, AutoCloseable {
  private final String uid;
  private final SecretSource secrets;
  private final Heard heard;
  private final Function<ReleasePolicy, VersionNames> versions;
  private final Occurrences occurrences = new Occurrences();

  /** Which version a release is about is known with the look that follows. */
  private final List<Decided> untold = new ArrayList<>();

  private boolean knowsBefore;

  /** Set by the loop's thread, read by who ends the process. */
  private volatile Optional<Following> following = Optional.empty();

  private record Following(ReleasePolicy policy, Receivers receivers) {}

  /**
   * @param uid of the policy: one of the same name that was made anew is another
   * @param versions what people call its versions
   */
  Notifier(
      String uid,
      SecretSource secrets,
      Heard heard,
      Function<ReleasePolicy, VersionNames> versions) {
    this.uid = uid;
    this.secrets = secrets;
    this.heard = heard;
    this.versions = versions;
  }

  /** That policy is followed from now on. */
  void follows(ReleasePolicy policy) {
    if (following.isEmpty() && !policy.spec().receivers().isEmpty()) {
      following =
          Optional.of(
              new Following(
                  policy,
                  Receivers.of(
                      policy.metadata().name(), policy.spec().receivers(), secrets, heard)));
    }
  }

  @Override
  public void decided(Decided entry) {
    if (following.isPresent()) {
      untold.add(entry);
    }
  }

  @Override
  public void looked(Look look) {
    if (following.isPresent() && !(knowsBefore && untold.isEmpty())) {
      VersionNames names = versions.apply(following.get().policy());
      tell(look.saved().decisions(), entry -> version(names, entry, look));
    }
  }

  /**
   * Tells what was decided since the last look.
   *
   * @param recorded all that the policy's status remembers
   * @param version what people call the version that a decision is about
   */
  void tell(List<Decided> recorded, Function<Decided, Optional<String>> version) {
    if (!knowsBefore) {
      List<Instant> ours = untold.stream().map(Decided::at).toList();
      occurrences.before(recorded.stream().filter(d -> !ours.contains(d.at())).toList());
      knowsBefore = true;
    }
    untold.forEach(entry -> tell(entry, version.apply(entry)));
    untold.clear();
  }

  /** The policy cannot be followed. */
  void stalled(String sentence, Instant at) {
    tell(
        policy ->
            new Notice(
                id("stalled " + sentence),
                at,
                policy.metadata().namespace().orElse(""),
                policy.metadata().name(),
                Optional.empty(),
                Optional.empty(),
                Occasion.STALLED,
                "invalid-policy",
                sentence,
                Optional.empty(),
                "0%",
                1,
                0));
  }

  private void tell(Decided entry, Optional<String> version) {
    for (Occurrence one : occurrences.of(entry)) {
      tell(
          policy ->
              new Notice(
                  id(one.key()),
                  entry.at(),
                  policy.metadata().namespace().orElse(""),
                  policy.metadata().name(),
                  entry.release(),
                  version,
                  one.occasion(),
                  entry.code(),
                  entry.sentence(),
                  entry.stage(),
                  entry.weight().toString(),
                  entry.odds(),
                  entry.hurt()));
    }
  }

  private void tell(Function<ReleasePolicy, Notice> notice) {
    following.ifPresent(f -> f.receivers().tell(notice.apply(f.policy())));
  }

  /** The same in every process. */
  private String id(String key) {
    return UUID.nameUUIDFromBytes((uid + " " + key).getBytes(UTF_8)).toString();
  }

  private static Optional<String> version(VersionNames names, Decided entry, Look look) {
    return look.saved()
        .memory()
        .run()
        .filter(run -> entry.release().equals(Optional.of(run.id())))
        .map(Run::versions)
        .flatMap(
            release ->
                names
                    .ofSet(release.hash())
                    .or(
                        () ->
                            look.world().workload().template().equals(release.template())
                                ? names.asked()
                                : Optional.empty()));
  }

  @Override
  public void close() {
    following.ifPresent(f -> f.receivers().close());
  }

  /**
   * Waits for what is on its way.
   *
   * @param until by {@link System#nanoTime}
   */
  void settle(long until) throws InterruptedException {
    if (following.isPresent()) {
      following.get().receivers().settle(until);
    }
  }
}
