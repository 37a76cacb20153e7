package dev.sluice.e2e;

import dev.sluice.local.load.Door;
import dev.sluice.local.load.Load;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Users who come when they want to, however the service is (an open loop), in two populations:
 * those with a fresh connection for each request, and those who keep theirs. The two differ where
 * it hurts: a kept connection follows no change of a Service's endpoints, a fresh one finds those
 * who are gone.
 */
public final class Users implements AutoCloseable {
  private static final Duration ENOUGH = Duration.ofMinutes(1);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(20);

  /** Connections that are kept, at least: pods behind a Service get their share of them. */
  private static final int KEPT_POOLS = 16;

  private final Diary diary = new Diary();
  private final Load load;

  /**
   * Who comes, and where.
   *
   * @param door the gateway's listener, or a Service's address for callers inside the cluster
   * @param name of the host that they ask for
   * @param fresh requests/s on connections of their own
   * @param kept requests/s on connections that are kept
   * @param users how many; each keeps its cookies and one connection at least of those that are
   *     kept
   * @param whitelisted share of the users, 0..1
   * @param whitelist headers that those send
   * @param seed of everything that is left to chance
   */
  public record Plan(
      URI door,
      String name,
      double fresh,
      double kept,
      int users,
      double whitelisted,
      Map<String, String> whitelist,
      long seed) {
    public Plan {
      whitelist = Map.copyOf(whitelist);
    }

    public Plan named(String host) {
      return new Plan(door, host, fresh, kept, users, whitelisted, whitelist, seed);
    }

    public Plan fresh(double perSecond) {
      return new Plan(door, name, perSecond, kept, users, whitelisted, whitelist, seed);
    }

    public Plan kept(double perSecond) {
      return new Plan(door, name, fresh, perSecond, users, whitelisted, whitelist, seed);
    }

    /**
     * @param header {@code Cookie} with {@code name=value} for one by cookie
     */
    public Plan whitelisted(double share, String header, String value) {
      return new Plan(door, name, fresh, kept, users, share, Map.of(header, value), seed);
    }

    public Plan seed(long number) {
      return new Plan(door, name, fresh, kept, users, whitelisted, whitelist, number);
    }

    public Users come() {
      return new Users(this);
    }
  }

  private Users(Plan plan) {
    double rate = plan.fresh() + plan.kept();
    this.load =
        Load.at(
            new Door(
                plan.door().getHost(),
                plan.door().getPort(),
                plan.name(),
                KEPT_POOLS,
                plan.whitelist()),
            new dev.sluice.local.load.Users(
                plan.users(), 0, plan.whitelisted(), plan.fresh() / rate, plan.seed()),
            diary);
    load.rate(rate);
  }

  /** Nobody comes before {@link Plan#fresh} or {@link Plan#kept} says how many. */
  public static Plan at(URI door) {
    return new Plan(door, door.getHost(), 0, 0, 1000, 0, Map.of(), 1);
  }

  /**
   * @param perSecond of both populations together, from now on; their proportion stays
   */
  public void rate(double perSecond) {
    load.rate(perSecond);
  }

  /** So far. */
  public Accounts accounts() {
    return diary.accounts();
  }

  /**
   * What became of those who came from then on, when so many of them were answered.
   *
   * @throws AssertionError if they were not within a minute
   */
  public Accounts since(Instant from, int answers) {
    return Await.some(
        answers + " more were answered",
        ENOUGH,
        () -> Optional.of(accounts().since(from)).filter(a -> a.answered() >= answers));
  }

  /**
   * Nobody comes any more; the accounts when every request is over. One that is not over in time is
   * lost.
   */
  public Accounts leave() {
    load.settle(LAST_ANSWERS);
    close();
    return diary.accounts();
  }

  @Override
  public void close() {
    load.close();
    diary.close();
  }
}
