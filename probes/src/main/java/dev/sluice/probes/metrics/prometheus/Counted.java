package dev.sluice.probes.metrics.prometheus;

import dev.sluice.engine.evidence.Sample;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the counters of one version's pods are at one moment. */
sealed interface Counted {
  /** One sum over all of them. */
  record Whole(Sample.Rate sum) implements Counted {}

  /** Those of each pod, by its name. */
  record ByPod(Map<String, Sample.Rate> pods) implements Counted {
    public ByPod {
      pods = Map.copyOf(pods);
    }
  }

  /**
   * Not known.
   *
   * @param why to be said after "Prometheus"
   */
  record Unknown(String why) implements Counted {}

  /**
   * Takes the two answers together.
   *
   * <p>A counter that has no series is not a counter at zero: {@code total} must be there. {@code
   * bad} must be there too, somewhere, or the query says itself that none is zero ({@code or
   * vector(0)}): a label that is misspelt would be no failures for ever. Where it is there for some
   * of the pods, the others have had none.
   *
   * @param asked the names of the pods that were asked about
   */
  static Counted of(Answer bad, Answer total, String podLabel, Set<String> asked) {
    return switch (new Pair(side("bad", bad, podLabel), side("total", total, podLabel))) {
      case Pair(Side.Wrong(String why), Side _) -> new Unknown(why);
      case Pair(Side _, Side.Wrong(String why)) -> new Unknown(why);
      case Pair(Side.Sum(double b), Side.Sum(double n)) -> whole(b, n);
      case Pair(Side.Pods(Map<String, Double> b), Side.Pods(Map<String, Double> n)) ->
          byPod(b, n, asked);
      case Pair(Side.Sum(double b), Side.Pods(Map<String, Double> n)) ->
          b == 0
              ? byPod(Map.of(), n, asked)
              : new Unknown("gave one sum for bad and counts by pod for total; write both alike");
      case Pair(Side.Pods _, Side.Sum _) ->
          new Unknown("gave counts by pod for bad and one sum for total; write both alike");
    };
  }

  /** Both sides of one metric. */
  record Pair(Side bad, Side total) {}

  /** One query's answer, in a form that counts can have. */
  sealed interface Side {
    record Sum(double value) implements Side {}

    record Pods(Map<String, Double> values) implements Side {}

    record Wrong(String why) implements Side {}
  }

  private static Side side(String name, Answer answer, String podLabel) {
    return switch (answer) {
      case Answer.Unknown(String why) -> new Side.Wrong(why + " (asked for " + name + ")");
      case Answer.Samples(List<Answer.Sample> all) -> side(name, all, podLabel);
    };
  }

  private static Side side(String name, List<Answer.Sample> all, String podLabel) {
    if (all.isEmpty()) {
      return new Side.Wrong(
          "has no series for "
              + name
              + (name.equals("bad")
                  ? "; if there is none before the first failure, write: … or vector(0)"
                  : ""));
    }
    Map<String, Double> pods = new HashMap<>();
    Set<Double> sums = new HashSet<>();
    for (Answer.Sample sample : all) {
      if (!Double.isFinite(sample.value()) || sample.value() < 0) {
        return new Side.Wrong("gave " + sample.value() + " for " + name + ", which is no count");
      }
      Optional<String> pod = Optional.ofNullable(sample.labels().get(podLabel));
      boolean again = pod.isPresent() && pods.put(pod.get(), sample.value()) != null;
      if (again || (pod.isEmpty() && !sums.isEmpty())) {
        return several(name, all.size(), podLabel);
      }
      if (pod.isEmpty()) {
        sums.add(sample.value());
      }
    }
    if (pods.isEmpty()) {
      return new Side.Sum(sums.iterator().next());
    }
    // "or vector(0)" beside counts by pod stands there as well.
    return sums.isEmpty() || sums.equals(Set.of(0.0))
        ? new Side.Pods(pods)
        : several(name, all.size(), podLabel);
  }

  private static Side several(String name, int samples, String podLabel) {
    return new Side.Wrong(
        "gave %d samples for %s; write sum by (%s) (…), or sum(…)"
            .formatted(samples, name, podLabel));
  }

  private static Counted whole(double bad, double total) {
    return bad > total
        ? new Unknown("gave more bad events than events; bad has to be a part of total")
        : new Whole(new Sample.Rate(bad, total));
  }

  private static Counted byPod(
      Map<String, Double> bad, Map<String, Double> total, Set<String> asked) {
    Map<String, Sample.Rate> pods = new HashMap<>();
    for (String pod : asked) {
      Double all = total.get(pod);
      double failed = bad.getOrDefault(pod, 0.0);
      if (all == null) {
        continue;
      }
      if (failed > all) {
        return new Unknown(
            "gave more bad events than events for the pod %s; bad has to be a part of total"
                .formatted(pod));
      }
      pods.put(pod, new Sample.Rate(failed, all));
    }
    return pods.isEmpty() ? new Unknown("has no series of these pods for total") : new ByPod(pods);
  }
}
