package dev.sluice.local.load;

/**
 * Who the users are.
 *
 * @param users how many there are; each keeps its cookies
 * @param hot share of requests that come from a single one of them, 0..1
 * @param whitelisted share of users that send the header {@code x-canary: always}, 0..1
 * @param fresh share of requests that come on a connection of their own, 0..1
 * @param seed of everything that is left to chance
 */
public record Users(int users, double hot, double whitelisted, double fresh, long seed) {
  public static final Users USUAL = new Users(1000, 0.001, 0.01, 0.1, 1);
}
