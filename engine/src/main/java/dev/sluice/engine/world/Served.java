package dev.sluice.engine.world;

import dev.sluice.engine.model.Share;

/**
 * An interval of shares, 0..1, that holds the candidate's share of the ordinary requests as it was
 * really served. A driver that cannot tell says 0 to 1.
 *
 * @param low at least
 * @param high at most
 */
public record Served(double low, double high) {
  public boolean confirms(Share asked) {
    return low <= asked.fraction() && asked.fraction() <= high;
  }
}
