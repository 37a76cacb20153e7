package dev.sluice.probes.notify;

import dev.sluice.api.Notify;
import dev.sluice.probes.secret.SecretSource;
import dev.sluice.probes.secret.Secrets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** All who are told of one policy's releases. */
public final class Receivers implements AutoCloseable {
  private final List<Receiver> each;

  private Receivers(List<Receiver> each) {
    this.each = each;
  }

  /**
   * They are looked at, and told nothing yet.
   *
   * @param policy its name
   * @param heard hears what became of it
   */
  public static Receivers of(
      String policy, List<Notify> receivers, SecretSource secrets, Heard heard) {
    return of(policy, receivers, secrets, heard, Outside.usual(), Bounds.USUAL);
  }

  static Receivers of(
      String policy,
      List<Notify> receivers,
      SecretSource source,
      Heard heard,
      Outside outside,
      Bounds bounds) {
    Secrets secrets = new Secrets(source);
    Receivers all =
        new Receivers(
            receivers.stream()
                .map(to -> new Receiver(to, policy, channel(to, secrets, outside), bounds, heard))
                .toList());
    all.each.forEach(Receiver::begin);
    return all;
  }

  private static Channel channel(Notify to, Secrets secrets, Outside outside) {
    return to.email()
        .<Channel>map(
            email -> new Mail(secrets, email, to.template(), outside.tls(), Mail.CONVERSATION))
        .orElseGet(
            () ->
                new Posting(
                    writing(to, secrets), outside.http(), Posting.ANSWER, InstantSource.system()));
  }

  private static Posting.Writing writing(Notify to, Secrets secrets) {
    return to.slack()
        .map(slack -> Chats.slack(secrets, slack.secret(), to.template()))
        .or(() -> to.teams().map(t -> Chats.teams(secrets, t.secret(), to.template())))
        .or(() -> to.webhook().map(w -> new SignedPost(secrets, w, to.template())))
        .or(() -> to.cloudEvents().map(c -> new EventPost(secrets, c, to.template())))
        .orElseThrow(() -> new IllegalArgumentException(to.name() + " is of no kind"));
  }

  /** Returns at once. */
  public void tell(Notice notice) {
    each.forEach(receiver -> receiver.tell(notice));
  }

  /** Nothing more comes; what waits is still sent, and nobody waits for that. */
  @Override
  public void close() {
    each.forEach(Receiver::end);
  }

  /**
   * Whoever ends with its process waits for what is on its way.
   *
   * @param until by {@link System#nanoTime}
   */
  public void settle(long until) throws InterruptedException {
    for (Receiver receiver : each) {
      var _ = receiver.ended(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    }
  }
}
