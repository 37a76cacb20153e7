package dev.sluice.bench.judge;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.GaussianSampler;
import org.apache.commons.rng.sampling.distribution.GeometricSampler;
import org.apache.commons.rng.sampling.distribution.PoissonSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/** Chance; the same seed, the same throws. */
final class Dice {
  private final UniformRandomProvider random;
  private final ZigguratSampler.NormalizedGaussian normal;

  Dice(long seed) {
    random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    normal = ZigguratSampler.NormalizedGaussian.of(random);
  }

  /** 0 to 1. */
  double uniform() {
    return random.nextDouble();
  }

  double gaussian(double deviation) {
    return deviation == 0 ? 0 : GaussianSampler.of(normal, 0, deviation).sample();
  }

  int poisson(double mean) {
    return mean <= 0 ? 0 : PoissonSampler.of(random, mean).sample();
  }

  /** Size of one burst: geometric from 1 on. */
  int burst(double mean) {
    return mean <= 1 ? 1 : 1 + GeometricSampler.of(random, 1 / mean).sample();
  }

  /** How many of n come, each with that probability. */
  int binomial(int n, double probability) {
    int hits = 0;
    for (int i = 0; i < n; i++) {
      hits += random.nextDouble() < probability ? 1 : 0;
    }
    return hits;
  }
}
