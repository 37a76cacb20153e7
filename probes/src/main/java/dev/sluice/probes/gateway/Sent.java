package dev.sluice.probes.gateway;

/**
 * What a gateway did for one backend; each request counts once.
 *
 * @param bad requests that failed: the backend or the gateway itself answered 5xx (refused, reset,
 *     timed out, nobody there), or the client went away unanswered
 * @param all requests
 */
public record Sent(double bad, double all) {
  public static final Sent NONE = new Sent(0, 0);

  public Sent plus(Sent other) {
    return new Sent(bad + other.bad, all + other.all);
  }
}
