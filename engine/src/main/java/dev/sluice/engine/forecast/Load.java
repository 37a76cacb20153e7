package dev.sluice.engine.forecast;

/**
 * What flows today.
 *
 * @param requestsPerSecond of all tracks
 * @param errors share of stable's answers that are bad, 0..1
 * @param gateway whether a gateway's counters are judged beside the pods' own
 * @param known whether stable's noise is known, of half an hour before the release
 */
public record Load(double requestsPerSecond, double errors, boolean gateway, boolean known) {
  public Load {
    if (!(requestsPerSecond >= 0) || !(errors >= 0 && errors <= 1)) {
      throw new IllegalArgumentException(
          "not a load: %s requests/s, %s of them bad".formatted(requestsPerSecond, errors));
    }
  }
}
